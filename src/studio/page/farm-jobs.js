// Jobs, by what has become of them: those that are drawn with their pictures as they are now, and those that wait, failed or are done.
import { post } from './ask.js';
import { button, clock, h, keyed } from './dom.js';
import { memoryText } from './farm-overview.js';
import { showShare } from './farm-workers.js';

/** @typedef {import('./farm.js').Farm} Farm @typedef {import('./farm.js').Job} Job */
/** @typedef {{ element: Element, show(job: Job): void }} Shown */

export function jobsView() {
  const retryAll = button('Retry all', () => post('retry'), { class: 'small-button' });
  const sections = [
    section('active', 'Drawing', 'the first', h('ul', { class: 'gallery' }), activeCard),
    section('waiting', 'Waiting', 'the first', tableOf('Waiting', ['Photo', 'Memory needed']), waitingRow),
    section('failed', 'Failed', 'the latest', tableOf('Failed', ['Photo', 'Why']), failedRow, retryAll),
    section('done', 'Done', 'the latest', h('ul', { class: 'gallery small-cards' }), doneCard),
  ];
  const none = h('p', { class: 'quiet' }, "There are no jobs; 'vggdraw farm add photos/*.jpg' adds some.");
  return {
    element: h('div', { class: 'jobs' }, none, ...sections.map(({ element }) => element)),
    /** @param {Farm} farm */
    show(farm) {
      none.hidden = Object.values(farm.status.jobs).some((count) => count > 0);
      retryAll.hidden = farm.status.jobs.failed < 2;
      for (const { show } of sections) show(farm);
    },
  };
}

/**
 * The jobs in a state.
 * @param {import('./farm.js').State} state
 * @param {string} title
 * @param {string} which of them are shown, where there are more
 * @param {HTMLElement} list
 * @param {() => Shown} make
 * @param {...Node} actions
 */
function section(state, title, which, list, make, ...actions) {
  const heading = h('h2', { tabIndex: -1 }, title);
  const count = h('p', { class: 'quiet' });
  const showJobs = keyed(list.querySelector('tbody') ?? list, make);
  const head = h('div', { class: 'head' }, heading, count, ...actions);
  const element = h('section', { class: state }, head, list);
  return {
    element,
    /** @param {Farm} farm */
    show(farm) {
      const all = farm.status.jobs[state];
      const jobs = farm[state];
      element.hidden = all === 0 && jobs.length === 0;
      count.textContent =
        jobs.length < all ? `${which} ${jobs.length} of ${all.toLocaleString()}` : all.toLocaleString();
      const hadFocus = element.contains(document.activeElement);
      showJobs(jobs.map((job) => [job.id, job]));
      // Whoever has pressed a button of a job that is gone goes on from here.
      if (hadFocus && !element.contains(document.activeElement)) heading.focus({ preventScroll: true });
    },
  };
}

/** @param {string} label @param {string[]} columns */
function tableOf(label, columns) {
  const head = columns.map((text) => h('th', { scope: 'col' }, text));
  const last = h('td', {});
  return h('table', { 'aria-label': label }, h('thead', {}, h('tr', {}, ...head, last)), h('tbody', {}));
}

/** A button that does something with a job; it says so until that has happened. @param {'retry' | 'cancel'} what @param {string} label */
function action(what, label) {
  /** @type {Job | undefined} */
  let job;
  let isAsked = false;
  /** Not disabled: it would lose the focus. @param {boolean} now */
  const setAsked = (now) => {
    isAsked = now;
    element.setAttribute('aria-disabled', String(now));
  };
  const element = button(label, act, { class: 'small-button' });
  async function act() {
    if (!job || isAsked) return;
    const { id, name, state } = job;
    if (what === 'cancel' && state === 'active' && !confirm(`Give up the drawing of ${name}?`)) return;
    setAsked(true);
    try {
      await post(`jobs/${id}/${what}`);
      // A worker gives up what it draws within some seconds.
      element.textContent = what === 'cancel' ? 'Given up …' : 'Again …';
    } catch (error) {
      setAsked(false);
      throw error;
    }
  }
  return {
    element,
    /** @param {Job} now */
    show(now) {
      if (job && now.over !== job.over) {
        // It was done again, and failed again.
        setAsked(false);
        element.textContent = label;
      }
      job = now;
      element.setAttribute('aria-label', `${label} ${now.name}`);
    },
  };
}

/** The small picture of a job: of its drawing, and until there is one of its photo. */
function picture() {
  const image = h('img', { loading: 'lazy', alt: '' });
  /** When the last one was asked for, and what is shown if that is not there. */
  let asked = Number.NEGATIVE_INFINITY;
  let photo = '';
  const fall = () => {
    const hasPhoto = photo !== '' && image.dataset.source !== photo;
    image.classList.toggle('sitting', hasPhoto);
    image.hidden = !hasPhoto;
    if (hasPhoto) image.src = image.dataset.source = photo;
  };
  image.addEventListener('error', fall);
  image.addEventListener('load', () => {
    image.hidden = false;
    image.classList.toggle('sitting', image.dataset.source === photo);
  });
  return {
    element: image,
    /** @param {Job} job */
    show(job) {
      photo = job.photo ?? '';
      const isLive = job.state === 'active';
      const source = job.state === 'waiting' ? photo : (job.picture ?? photo);
      // A preview is renewed every three seconds; and not while one is on its way.
      const isDue = isLive && performance.now() - asked > 3000 && (image.complete || image.hidden);
      if (source === '' || (asked > 0 && !isDue)) return;
      asked = performance.now();
      const address = isLive ? `${source}?${job.progress?.iteration ?? 0}` : source;
      if (address === image.dataset.source) return;
      image.dataset.source = address;
      image.src = address;
    },
  };
}

/** @returns {Shown} */
function activeCard() {
  const shown = picture();
  const title = h('span', { class: 'title' });
  const how = h('span', { class: 'quiet' });
  const who = h('span', { class: 'quiet' });
  const bar = h('progress', { max: 1 });
  const cancel = action('cancel', 'Cancel');
  const box = h('span', { class: 'pictures' }, shown.element);
  return {
    element: h('li', { class: 'card' }, box, bar, title, how, who, cancel.element),
    show(job) {
      shown.show(job);
      const { progress, deaths } = job;
      title.textContent = job.name;
      how.textContent = progress
        ? `${job.preset}, ${progress.iteration} of ${progress.iterations}, loss ${progress.loss.toPrecision(3)}`
        : `${job.preset}, beginning`;
      who.textContent = [job.by, deaths > 0 && `after ${diedText(deaths)}`].filter(Boolean).join(', ');
      showShare(bar, job);
      cancel.show(job);
    },
  };
}

/** A row of a table: a small picture with its name, what there is to say, and a button. @param {ReturnType<typeof action>} act @param {(job: Job) => string} say @returns {Shown} */
function row(act, say) {
  const shown = picture();
  const title = h('span', { class: 'title' });
  const preset = h('span', { class: 'quiet' });
  const text = h('td', { class: 'wide' });
  const thumb = h('span', { class: 'pictures' }, shown.element);
  const name = h('th', { scope: 'row' }, h('div', { class: 'named' }, thumb, h('span', {}, title, preset)));
  return {
    element: h('tr', {}, name, text, h('td', { class: 'act' }, act.element)),
    show(job) {
      shown.show(job);
      title.textContent = job.name;
      preset.textContent = job.preset;
      text.textContent = say(job);
      act.show(job);
    },
  };
}

const waitingRow = () =>
  row(action('cancel', 'Cancel'), ({ need: { provider, memory }, isUnserved, deaths, reason }) => {
    const needs = `${memoryText(memory)}${provider === 'any' ? '' : `, ${provider}`}`;
    const died = deaths > 0 && `after ${diedText(deaths)}`;
    return [needs, isUnserved && 'no worker has that', died, reason && `last time: ${reason}`]
      .filter(Boolean)
      .join('; ');
  });

const failedRow = () =>
  row(action('retry', 'Retry'), ({ reason, isSetAside, over }) => {
    const when = over === undefined ? '' : ` (${timeText(over)})`;
    const why = reason ?? 'nobody knows why';
    // A reason may say so itself.
    return `${isSetAside && !why.includes('set aside') ? 'set aside: ' : ''}${why}${when}`;
  });

/** @returns {Shown} */
function doneCard() {
  const shown = picture();
  const title = h('span', { class: 'title' });
  const how = h('span', { class: 'quiet' });
  const box = h('a', { class: 'pictures', target: '_blank' }, shown.element);
  return {
    element: h('li', { class: 'card' }, box, title, how),
    show(job) {
      const { name, preset, begun, over, picture: address } = job;
      shown.show(job);
      title.textContent = name;
      const took = begun !== undefined && over !== undefined ? `in ${spanText((over - begun) / 1000)}` : '';
      how.textContent = [preset, took, over === undefined ? '' : timeText(over)].filter(Boolean).join(', ');
      if (!address?.startsWith('stills/') || box.href) return;
      box.href = address.replace(/^stills/, 'drawings');
      box.setAttribute('aria-label', `The drawing of ${name}, in its full size`);
    },
  };
}

/** @param {number} deaths */
const diedText = (deaths) => `${deaths} ${deaths === 1 ? 'worker' : 'workers'} that died`;

/** @param {number} seconds */
const spanText = (seconds) => (seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : clock(seconds));

/** @param {number} moment milliseconds since 1970 */
function timeText(moment) {
  const date = new Date(moment);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit' });
  return isToday
    ? date.toLocaleTimeString([], time)
    : date.toLocaleString([], { day: 'numeric', month: 'short', ...time });
}
