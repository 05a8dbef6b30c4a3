// The strokes of a drawing, one after the other.

const space = 'http://www.w3.org/2000/svg';

/**
 * @param {{ width: number, height: number, paper: string, blending: string, rim: { width: number, opacity: number }, paths: [string, string, number][] }} told
 */
export function strokesOf({ width, height, paper, blending, rim, paths }) {
  /** @param {string} tag @param {Record<string, string | number>} attributes */
  const make = (tag, attributes) => {
    const element = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    return element;
  };
  const svg = make('svg', {
    viewBox: `0 0 ${width} ${height}`,
    class: `strokes ${blending}`,
    role: 'img',
    'aria-label': 'The strokes',
  });
  svg.append(make('rect', { width, height, fill: paper }));
  const group = make('g', { 'stroke-width': rim.width, 'stroke-opacity': rim.opacity });
  const elements = paths.map(([d, colour, opacity]) =>
    make('path', { d, fill: colour, stroke: colour, opacity, 'vector-effect': 'non-scaling-stroke' }),
  );
  group.append(...elements);
  svg.append(group);
  let shown = elements.length;
  return {
    svg,
    count: elements.length,
    /** Shows so many of them. @param {number} count */
    show(count) {
      for (let i = Math.min(shown, count); i < Math.max(shown, count); i++)
        elements[i]?.classList.toggle('hidden', i >= count);
      shown = count;
    },
  };
}
