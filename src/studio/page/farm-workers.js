// Who works: each worker, what it computes with, and what it draws.
import { h, keyed } from './dom.js';
import { memoryText } from './farm-overview.js';

/** @typedef {import('./farm.js').Farm} Farm @typedef {import('./farm.js').Job} Job @typedef {import('./farm.js').Worker} Worker */

export function workersView() {
  const heading = h('h2', {}, 'Workers');
  const body = h('tbody', {});
  const head = ['Worker', 'Memory', 'Draws'].map((text) => h('th', { scope: 'col' }, text));
  const table = h('table', { 'aria-label': 'Workers' }, h('thead', {}, h('tr', {}, ...head)), body);
  const note = h('p', { class: 'quiet' });
  const show = keyed(body, row);
  return {
    element: h('section', {}, h('div', { class: 'head' }, heading, note), table),
    /** @param {Farm} farm */
    show({ workers: { count, first }, active, status }) {
      table.hidden = count === 0;
      note.textContent =
        count === 0
          ? "No worker is there; 'vggdraw farm work' is one, on any machine."
          : first.length < count
            ? `${first.length} of ${count.toLocaleString()}`
            : `${count}`;
      // Workers say every few seconds how many jobs they have; where all that are drawn are shown it is known at once.
      const isAll = active.length >= status.jobs.active;
      show(
        first.map((worker) => {
          const jobs = active.filter((job) => job.worker === worker.id);
          return [worker.id, { worker, jobs, busy: isAll ? jobs.length : Math.max(jobs.length, worker.busy) }];
        }),
      );
    },
  };
}

/** @typedef {{ worker: Worker, jobs: Job[], busy: number }} Shown */

/** @returns {{ element: Element, show(item: Shown): void }} */
function row() {
  const name = h('span', { class: 'title' });
  const kind = h('span', { class: 'quiet' });
  const memory = h('td', { class: 'number' });
  const count = h('span', { class: 'quiet' });
  const list = h('ul', {});
  const showJobs = keyed(list, jobLine);
  return {
    element: h('tr', {}, h('th', { scope: 'row' }, name, kind), memory, h('td', { class: 'wide' }, count, list)),
    show({ worker, jobs, busy }) {
      name.textContent = worker.name;
      kind.textContent = `${worker.provider}, vggdraw ${worker.version}`;
      memory.textContent = memoryText(worker.memory);
      count.textContent = busy === 0 ? 'nothing now' : `${busy} of ${worker.concurrency} at a time`;
      count.hidden = busy === 1 && jobs.length === 1 && worker.concurrency === 1;
      showJobs(jobs.map((job) => [job.id, job]));
    },
  };
}

/** @returns {{ element: Element, show(job: Job): void }} */
function jobLine() {
  const name = h('span', {});
  const bar = h('progress', { max: 1 });
  return {
    element: h('li', {}, name, bar),
    show(job) {
      name.textContent = job.name;
      showShare(bar, job);
    },
  };
}

/** Shows how much of a job is done. @param {HTMLProgressElement} bar @param {Job} job */
export function showShare(bar, { name, progress }) {
  bar.value = progress && progress.iterations > 0 ? progress.iteration / progress.iterations : 0;
  bar.setAttribute('aria-label', `Progress of ${name}`);
}
