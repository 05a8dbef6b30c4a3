// The files of a finished drawing.

import { ask } from './ask.js';
import { button, h, megabytes } from './dom.js';

/** What the files are called, and how their names end. @type {Record<string, [label: string, ending: string]>} */
const labels = {
  output: ['Video', '.mp4'],
  still: ['Picture', '.png'],
  sheet: ['Moments on a sheet', '-sheet.jpg'],
  plot: ['Plot of the loss', '-loss.svg'],
  svg: ['Strokes', '.svg'],
  svgAnimated: ['Strokes that draw themselves', '-animated.svg'],
  replay: ['Drawn by hand', '-by-hand.mp4'],
  steps: ['Steps to copy it by', '-steps.pdf'],
  preset: ['Preset', '-preset.json'],
};

export function downloads() {
  const list = h('ul', { class: 'files' });
  const plotter = h('details', { class: 'more', hidden: true }, h('summary', {}, 'For a pen plotter'));
  const element = h('section', { class: 'downloads', hidden: true }, h('h2', {}, 'Keep'), list, plotter);
  let shown = '';
  return {
    element,
    /** @param {import('./store.js').Facts} facts */
    update(facts) {
      const { id, title, preset, files, hasStrokes } = facts;
      const now = JSON.stringify([files, hasStrokes]);
      if (now === shown) return;
      shown = now;
      const name = `${title} ${preset}`.replace(/[^\p{L}\p{N} _.-]/gu, '_');
      const items = Object.entries(labels).flatMap(([kind, [label, ending]]) => {
        const size = files[kind];
        if (size === undefined) return [];
        const type = ending.split('.').at(-1)?.toUpperCase();
        const detail = h('span', { class: 'quiet' }, `${type}, ${megabytes(size)}`);
        const link = h('a', { href: `drawings/${id}/files/${kind}`, download: `${name}${ending}` }, label, detail);
        return [h('li', {}, link)];
      });
      element.hidden = items.length === 0;
      list.replaceChildren(...items);
      plotter.hidden = !hasStrokes;
      if (hasStrokes && plotter.children.length === 1) plotter.append(plotForm(id, name));
    },
  };
}

/** @param {string} id @param {string} name */
function plotForm(id, name) {
  const page = h('input', { name: 'page', value: 'a4', list: 'pages', autocomplete: 'off' });
  const pages = h(
    'datalist',
    { id: 'pages' },
    ...['a2', 'a3', 'a4', 'a5', 'a6', 'letter', 'legal', 'tabloid'].map((value) => h('option', { value })),
  );
  const pens = h('input', { name: 'pens', placeholder: '#000:0.3mm,#c33:0.5mm', autocomplete: 'off' });
  const landscape = h('input', { type: 'checkbox', name: 'landscape' });
  const result = h('div', { class: 'result', role: 'status' });
  const field = (/** @type {string} */ label, /** @type {HTMLElement} */ control) =>
    h('label', { class: 'field' }, h('span', {}, label), control);
  const make = button(
    'Make the file',
    async () => {
      const query = new URLSearchParams({
        page: page.value,
        pens: pens.value,
        ...(landscape.checked ? { landscape: 'true' } : {}),
      });
      const { svg, figures } = await ask(`drawings/${id}/plot?${query}`);
      const href = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
      const lines = figures.pens.map((/** @type {{ label: string, metres: number, paths: number }} */ pen) =>
        h('li', {}, `${pen.label}: ${pen.metres} m in ${pen.paths} paths`),
      );
      result.replaceChildren(
        h('ul', {}, ...lines),
        h(
          'p',
          { class: 'quiet' },
          `${figures.minutes} minutes, ${figures.penLifts} lifts, ${figures.penUpMetres} m of travel`,
        ),
        h('a', { class: 'button', href, download: `${name}-plot.svg` }, 'Plotter SVG'),
      );
    },
    { class: 'button' },
  );
  return h(
    'div',
    { class: 'fields' },
    field('Paper', page),
    pages,
    field('Pens', pens),
    field('Landscape', landscape),
    make,
    result,
  );
}
