// The page of a farm: what it is told, and which parts of the page show that.
import { hear } from './ask.js';
import { forgive, h } from './dom.js';
import { jobsView } from './farm-jobs.js';
import { overview } from './farm-overview.js';
import { workersView } from './farm-workers.js';

/**
 * @typedef {'waiting' | 'active' | 'done' | 'failed'} State
 * @typedef {{ provider: string, memory: number }} Need
 *
 * @typedef {object} Job What is known of a job: src/studio/farm/facts.ts says what each field is.
 * @property {string} id
 * @property {State} state
 * @property {string} name
 * @property {string} preset
 * @property {Need} need
 * @property {number} added
 * @property {number} [begun]
 * @property {number} [over]
 * @property {number} deaths
 * @property {boolean} isSetAside
 * @property {{ iteration: number, iterations: number, layer: string, loss: number }} [progress]
 * @property {string} [reason]
 * @property {string} [photo]
 * @property {string} [picture]
 * @property {string} [worker]
 * @property {string} [by]
 * @property {boolean} [isUnserved]
 *
 * @typedef {Need & { id: string, name: string, version: string, concurrency: number, busy: number }} Worker
 *
 * @typedef {object} Status
 * @property {Record<State, number>} jobs
 * @property {number} [perMinute]
 * @property {number} [secondsLeft]
 * @property {(Need & { waiting: number })[]} unserved
 *
 * @typedef {Record<State, Job[]>} Jobs
 * @typedef {{ queue: string, store: string }} Places
 * @typedef {{ trouble: string | null, places: Places, status: Status, pace: number[], workers: { count: number, first: Worker[] } } & Jobs} Farm
 */

const main = /** @type {HTMLElement} */ (document.getElementById('view'));
const now = /** @type {HTMLElement} */ (document.getElementById('now'));

/** What was told last, of everything. @type {Partial<Farm>} */
let farm = {};
let isGone = false;

const views = [overview(), workersView(), jobsView()];

function show() {
  const { trouble, places, status } = farm;
  const isOld = isGone || Boolean(trouble);
  // What could not be done meanwhile is no trouble any more.
  if (!isOld && document.body.classList.contains('gone')) forgive();
  document.body.classList.toggle('gone', isOld);
  const place = places ? `${places.queue}, ${places.store}` : '';
  const text = isGone ? 'This page has lost its program; start it again for a new address.' : (trouble ?? place);
  // Said aloud where it changes: not each second.
  if (now.textContent !== text) now.textContent = text;
  if (!status) {
    if (isOld) main.replaceChildren(h('p', { class: 'quiet' }, 'Nothing is known of the farm yet.'));
    return;
  }
  if (!main.contains(views[0]?.element ?? null)) main.replaceChildren(...views.map(({ element }) => element));
  for (const view of views) view.show(/** @type {Farm} */ (farm));
  const { waiting, active, done, failed } = status.jobs;
  document.title = `${done} of ${waiting + active + done + failed} · farm · vggdraw`;
}

hear(
  (news, isFirst) => {
    isGone = false;
    farm = { ...(isFirst ? {} : farm), ...news };
    show();
  },
  () => {
    isGone = true;
    show();
  },
  false,
);
