// One photo in every preset, small, to choose among.
import { post } from './ask.js';
import { button, h } from './dom.js';
import { pose } from './gallery.js';
import { act, drawings, isOver, remove, stateText, totalOf, turnTo } from './store.js';

/** @param {string} sheet */
export function sheetView(sheet) {
  const heading = h('h1', {});
  const state = h('p', { class: 'quiet' });
  const list = h('ul', { class: 'sheet' });
  /** @type {Map<string, ReturnType<typeof sample>>} */
  const samples = new Map();
  const all = () => [...drawings.values()].filter((one) => one.sheet === sheet).sort((a, b) => a.created - b.created);
  const end = button(
    'Stop',
    async () => {
      for (const { id } of all().filter((one) => !isOver(one))) await act(id, 'stop');
    },
    { class: 'button' },
  );
  const away = button(
    'Remove all',
    async () => {
      if (!confirm('Remove these drawings?')) return;
      for (const { id } of all()) await remove(id);
      location.hash = '#/';
    },
    { class: 'plain' },
  );
  const head = h('div', { class: 'head' }, heading, state, h('div', { class: 'row' }, end, away));
  return {
    element: h('section', { class: 'choosing' }, h('a', { class: 'back', href: '#/' }, '← Studio'), head, list),
    title: 'presets',
    update() {
      const group = all();
      const done = group.filter(isOver).length;
      heading.textContent = group[0]?.title ?? 'Nothing here';
      state.textContent =
        done < group.length
          ? `${done} of ${group.length} presets, the quickest first`
          : 'Take the one you like; it is then drawn large.';
      end.hidden = done === group.length;
      for (const facts of group) {
        const one = samples.get(facts.id) ?? sample(facts);
        if (!samples.has(facts.id)) list.append(one.element);
        samples.set(facts.id, one);
        one.show(facts);
      }
      for (const [id, one] of samples) if (!drawings.has(id)) one.element.remove();
    },
  };
}

/** @param {import('./store.js').Facts} facts */
function sample({ id, preset, choices, isOfStrokes }) {
  const image = h('img', { alt: preset });
  const state = h('span', { class: 'quiet' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': `Progress of ${preset}` });
  const large = button(
    'Draw it large',
    async () => {
      const { size, weights, provider, style, strokes } = choices;
      const [drawn] = await post('drawings', {
        ...{ photos: [id], preset, size, weights, provider },
        ...(preset === 'style' ? { style } : {}),
        ...(isOfStrokes && strokes ? { strokes } : {}),
      });
      await turnTo(drawn);
    },
    { class: 'button', 'aria-label': `Draw ${preset} large` },
  );
  const link = h('a', { href: `#/drawing/${id}` }, image, h('span', { class: 'title' }, preset), state, bar);
  return {
    element: h('li', {}, link, large),
    /** @param {import('./store.js').Facts} facts */
    show(facts) {
      pose(image, facts);
      state.textContent = isOver(facts) && facts.state === 'done' ? '' : stateText(facts);
      bar.value = facts.index / (totalOf(facts) || 1);
      bar.hidden = isOver(facts) || facts.index === 0;
      large.hidden = facts.state === 'failed';
    },
  };
}
