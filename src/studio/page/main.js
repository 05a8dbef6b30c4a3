// The page: which view is shown, and what the head of it says.
import { ask } from './ask.js';
import { desk } from './desk.js';
import { attempt, clock, forgive, h } from './dom.js';
import { drawingView } from './drawing.js';
import { sheetView } from './sheet.js';
import { drawings, isGone, listen, totalOf, watch } from './store.js';

const main = /** @type {HTMLElement} */ (document.getElementById('view'));
const now = /** @type {HTMLElement} */ (document.getElementById('now'));

/** @typedef {{ element: HTMLElement, title: string, update(): void, leave?(): void }} View */

/** @type {View | undefined} */
let view;

/** @type {import('./store.js').Choices | null | undefined} */
const choices = await attempt(() => ask('choices'));
// Without choices there is one drawing, which a program in a terminal makes.
const isSingle = !choices;
document.body.classList.toggle('single', isSingle);

/** @returns {View} */
function viewFor() {
  const [, kind, id = ''] = location.hash.split('/');
  if (isSingle) {
    const [first] = drawings.keys();
    return first ? drawingView(first) : missing('Opening …');
  }
  if (kind === 'drawing')
    return drawings.has(id) ? drawingView(id, choices) : missing('This drawing is not here any more.');
  if (kind === 'sheet') return sheetView(id);
  return desk(choices);
}

/** @param {string} text @returns {View} */
const missing = (text) => ({
  element: h('p', { class: 'quiet' }, text, isSingle ? null : h('a', { href: '#/' }, 'To the studio')),
  title: 'studio',
  update() {},
});

function show() {
  view?.leave?.();
  forgive();
  view = viewFor();
  main.replaceChildren(view.element);
  view.update();
  window.scrollTo(0, 0);
  say();
}

function say() {
  const active = [...drawings.values()].find(({ state }) => ['preparing', 'drawing', 'finishing'].includes(state));
  const waiting = [...drawings.values()].filter(({ state }) => state === 'waiting').length;
  document.body.classList.toggle('gone', isGone());
  if (isGone())
    now.textContent = isSingle ? 'The program has ended.' : 'The studio has ended; start it again for a new address.';
  else if (active && !isSingle) {
    const left = active.secondsLeft ? `, ${clock(active.secondsLeft)} left` : '';
    const more = waiting > 0 ? `, ${waiting} more` : '';
    const link = h('a', { href: `#/drawing/${active.id}` }, `${active.title}, ${active.preset}`);
    now.replaceChildren('drawing ', link, `${left}${more}`);
  } else now.textContent = '';
  const share = active && totalOf(active) > 0 ? `${Math.round((100 * active.index) / totalOf(active))} % · ` : '';
  document.title = `${share}${view?.title ?? 'studio'} · vggdraw`;
}

let hasNews = false;
watch(() => {
  const isFirst = !hasNews;
  hasNews = true;
  const [, kind, id = ''] = location.hash.split('/');
  const isRemoved = kind === 'drawing' && !drawings.has(id) && !isSingle && !isGone();
  if (isFirst || isRemoved) show();
  else {
    view?.update();
    say();
  }
});
window.addEventListener('hashchange', () => {
  show();
  main.focus({ preventScroll: true });
});
listen(isSingle);

// What is dropped beside its place does not replace the page.
for (const kind of ['dragover', 'drop']) window.addEventListener(kind, (event) => event.preventDefault());
