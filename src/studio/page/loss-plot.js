// How far the drawing was from the photo, at each iteration: a line for each phase, because phases measure differently.

import { h } from './dom.js';
import { totalOf } from './store.js';
import uPlot from './uplot.js';

const height = 132;

/** @param {(iteration: number) => void} choose is told which iteration was clicked */
export function lossPlot(choose) {
  const place = h('div', { class: 'plot' });
  const names = h('ol', { class: 'phases' });
  const element = h('figure', { class: 'losses' }, h('figcaption', {}, 'Loss'), place, names);
  /** @type {any} */
  let plot;
  let drawn = '';
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const width = () => Math.max(160, place.clientWidth);
  const resized = new ResizeObserver(() => plot?.setSize({ width: width(), height }));
  const recolour = () => plot?.redraw(false);
  resized.observe(place);
  dark.addEventListener('change', recolour);

  /** @param {string} name */
  const colour = (name) => getComputedStyle(element).getPropertyValue(name).trim();

  /** @param {import('./store.js').Facts} facts */
  function open(facts) {
    plot?.destroy();
    const isLogarithmic = facts.losses.every((loss) => loss > 0);
    const axis = {
      stroke: () => colour('--muted'),
      grid: { show: false },
      ticks: { show: false },
      font: '11px system-ui',
      size: 22,
      gap: 4,
    };
    plot = new uPlot(
      {
        width: width(),
        height,
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: [1, Math.max(2, totalOf(facts))] },
          y: {
            distr: isLogarithmic ? 3 : 1,
            range: (_plot, least, most) => (isLogarithmic ? [least / 1.05, most * 1.05] : [least, most]),
          },
        },
        axes: [{ ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] }, { show: false }],
        series: [
          {},
          ...facts.phases.map(() => ({ stroke: () => colour('--line-drawn'), width: 1.75, points: { show: false } })),
        ],
      },
      dataOf(facts),
      place,
    );
    plot.over.addEventListener('click', () => {
      const { idx } = plot.cursor;
      if (typeof idx === 'number') choose(plot.data[0][idx]);
    });
  }

  return {
    element,
    /** @param {import('./store.js').Facts} facts */
    update(facts) {
      const { phases, losses, index } = facts;
      const done = `${phases.length} ${losses.length}`;
      if (phases.length === 0 || losses.length === 0 || done === drawn) return;
      drawn = done;
      if (plot) plot.setData(dataOf(facts));
      else open(facts);
      let before = 0;
      const items = phases.map(({ layers, iterations }) => {
        const [from, to] = [before, before + iterations];
        before = to;
        const last = losses[Math.min(to, losses.length) - 1];
        const text = losses.length > from && last !== undefined ? last.toPrecision(3) : '';
        const isCurrent = index > from && index <= to;
        return h(
          'li',
          { class: isCurrent ? 'current' : '' },
          h('span', {}, layers),
          h('span', { class: 'number' }, text),
        );
      });
      names.replaceChildren(...items);
    },
    leave() {
      resized.disconnect();
      dark.removeEventListener('change', recolour);
      plot?.destroy();
    },
  };
}

/** Iterations, and of each phase the losses of its own. @param {import('./store.js').Facts} facts @returns {uPlot.AlignedData} */
function dataOf({ phases, losses }) {
  let before = 0;
  const series = phases.map(({ iterations }) => {
    const [from, to] = [before, before + iterations];
    before = to;
    return losses.map((loss, i) => (i >= from && i < to ? loss : null));
  });
  return /** @type {uPlot.AlignedData} */ ([losses.map((_, i) => i + 1), ...series]);
}
