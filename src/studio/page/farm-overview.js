// The farm in figures: how many jobs there are, how fast they are done, and what none of its workers can do.
import { clock, h } from './dom.js';

/** @typedef {import('./farm.js').Farm} Farm */

/** What each state is called, in the order of the bar. @type {[import('./farm.js').State, string][]} */
const states = [
  ['done', 'done'],
  ['active', 'drawing'],
  ['waiting', 'waiting'],
  ['failed', 'failed'],
];

export function overview() {
  const figures = states.map(([state, label]) => {
    const number = h('dd', {});
    const note = h('dd', { class: 'quiet' });
    const share = h('span', { class: state });
    return { state, number, note, share, element: h('div', { class: state }, h('dt', {}, label), number, note) };
  });
  const lacking = h('ul', { class: 'lacking', 'aria-label': 'Jobs that no worker can do' });
  const perMinute = h('b', {});
  const left = h('span', { class: 'quiet' });
  const plot = pacePlot();
  const element = h(
    'section',
    { class: 'overview', 'aria-label': 'Overview' },
    h('dl', { class: 'figures' }, ...figures.map((figure) => figure.element)),
    h('div', { class: 'shares', 'aria-hidden': 'true' }, ...figures.map(({ share }) => share)),
    h('figure', { class: 'pace' }, h('figcaption', {}, h('span', {}, perMinute), left), plot.element),
    lacking,
  );
  return {
    element,
    /** @param {Farm} farm */
    show({ status, pace, failed }) {
      const { jobs, unserved, secondsLeft } = status;
      for (const { state, number, note, share } of figures) {
        number.textContent = jobs[state].toLocaleString();
        note.textContent = state === 'failed' ? setAsideText(failed, jobs.failed) : '';
        share.style.flexGrow = String(jobs[state]);
        share.hidden = jobs[state] === 0;
      }
      perMinute.textContent =
        status.perMinute === undefined ? 'Too few are done to say how fast' : `${status.perMinute} drawings a minute`;
      left.textContent = secondsLeft === undefined ? '' : `${clock(secondsLeft)} left`;
      plot.show(pace);
      lacking.hidden = unserved.length === 0;
      const lines = unserved.map(({ waiting, ...need }) => {
        const [some, needs] = waiting === 1 ? ['1 job', 'needs'] : [`${waiting.toLocaleString()} jobs`, 'need'];
        return `${some} ${needs} a worker with ${needText(need)}, and there is none.`;
      });
      // What has not changed is not said aloud again.
      if (lines.join() !== lacking.dataset.lines) lacking.replaceChildren(...lines.map((line) => h('li', {}, line)));
      lacking.dataset.lines = lines.join();
    },
  };
}

/** Set aside is told of those that are shown: to count all of them they would have to be read. @param {import('./farm.js').Job[]} shown @param {number} count */
function setAsideText(shown, count) {
  const aside = shown.filter(({ isSetAside }) => isSetAside).length;
  if (aside === 0) return '';
  return shown.length < count ? `${aside} of the latest ${shown.length} set aside` : `${aside} of them set aside`;
}

/** @param {import('./farm.js').Need} need */
const needText = ({ provider, memory }) =>
  `${memoryText(memory)} of memory${provider === 'any' ? '' : ` and ${provider}`}`;

/** As the option `--memory` takes it, in three digits. @param {number} bytes */
export const memoryText = (bytes) =>
  bytes >= 2 ** 30 ? `${Number((bytes / 2 ** 30).toPrecision(3))}G` : `${Math.round(bytes / 2 ** 20)}M`;

const space = 'http://www.w3.org/2000/svg';
const height = 40;

/** Bars: the drawings of each of the last minutes. */
function pacePlot() {
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('preserveAspectRatio', 'none');
  const most = h('span', { class: 'most' });
  const from = h('span', {});
  const element = h(
    'div',
    { class: 'bars' },
    svg,
    h('div', { class: 'axis', 'aria-hidden': 'true' }, from, most, h('span', {}, 'now')),
  );
  return {
    element,
    /** @param {number[]} pace */
    show(pace) {
      const top = Math.max(1, ...pace);
      svg.setAttribute('viewBox', `0 0 ${4 * pace.length} ${height}`);
      svg.setAttribute(
        'aria-label',
        `Drawings done in each of the last ${pace.length} minutes, the last one now: ${pace.join(', ')}`,
      );
      while (svg.children.length > pace.length) svg.lastChild?.remove();
      for (const [i, done] of pace.entries()) {
        const bar = svg.children[i] ?? svg.appendChild(document.createElementNS(space, 'rect'));
        // A minute without any is seen as such.
        const tall = done === 0 ? 0.75 : Math.max(2, (height * done) / top);
        const sides = { x: 4 * i + 0.4, y: height - tall, width: 3.2, height: tall };
        for (const [name, value] of Object.entries(sides)) bar.setAttribute(name, String(value));
        bar.classList.toggle('none', done === 0);
      }
      from.textContent = `${pace.length} minutes ago`;
      most.textContent = pace.every((done) => done === 0) ? 'none done' : `${top} in a minute at most`;
    },
  };
}
