// What was drawn, the latest first; drawings of one sheet as one.
import { h, keyed } from './dom.js';
import { drawings, isOver, stateText, totalOf } from './store.js';

export function galleryView() {
  const list = h('ul', { class: 'gallery' });
  const element = h('section', { class: 'drawn', 'aria-label': 'Drawings' }, h('h2', {}, 'Drawings'), list);
  /** @type {ReturnType<typeof keyed<import('./store.js').Facts[]>>} */
  const show = keyed(list, ([first]) =>
    card(first?.sheet === undefined ? `#/drawing/${first?.id}` : `#/sheet/${first.sheet}`),
  );
  return {
    element,
    update() {
      const latest = [...drawings.values()].sort((a, b) => b.created - a.created);
      element.hidden = latest.length === 0;
      /** @type {Map<string, import('./store.js').Facts[]>} */
      const shown = new Map();
      for (const facts of latest) {
        const key = facts.sheet ?? facts.id;
        shown.set(key, [facts, ...(shown.get(key) ?? [])]);
      }
      show([...shown]);
    },
  };
}

/** @param {string} href */
export function card(href) {
  const pictures = h('span', { class: 'pictures' });
  const title = h('span', { class: 'title' });
  const state = h('span', { class: 'quiet' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  const element = h('li', {}, h('a', { class: 'card', href }, pictures, title, state, bar));
  return {
    element,
    /** @param {import('./store.js').Facts[]} group */
    show(group) {
      const [first] = group;
      if (!first) return;
      const most = group.slice(0, 4);
      while (pictures.children.length > most.length) pictures.lastChild?.remove();
      for (const [i, facts] of most.entries()) {
        const image = /** @type {HTMLImageElement} */ (
          pictures.children[i] ?? pictures.appendChild(h('img', { loading: 'lazy' }))
        );
        image.alt = `${facts.title}, ${facts.preset}`;
        pose(image, facts);
      }
      pictures.classList.toggle('several', group.length > 1);
      const done = group.filter(isOver).length;
      const isSheet = group.length > 1;
      title.textContent = first.title;
      state.textContent = isSheet
        ? done < group.length
          ? `${done} of ${group.length} presets`
          : `${group.length} presets`
        : [first.preset, stateText(first)].filter(Boolean).join(', ');
      const steps = group.reduce((sum, one) => sum + (isOver(one) ? 1 : one.index / (totalOf(one) || 1)), 0);
      bar.value = steps / group.length;
      bar.hidden = done === group.length;
    },
  };
}

/** Shows a drawing as far as it is. @param {HTMLImageElement} image @param {import('./store.js').Facts} facts */
export function pose(image, { id, frame, size }) {
  const source = frame === undefined ? `drawings/${id}/photo` : `drawings/${id}/frames/${frame}`;
  image.classList.toggle('sitting', frame === undefined);
  if (size) [image.width, image.height] = [size.width, size.height];
  // Not while one is on its way: who is slow misses some.
  if (image.dataset.source === source || (image.dataset.source && !image.complete)) return;
  image.dataset.source = source;
  image.src = source;
}
