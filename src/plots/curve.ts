/** A line through points, as elements of an SVG. */

/** More points than this are seen as a line alone. */
const mostDots = 60;

/** @param points x and y of each, in the unit of the SVG. */
export function curve(points: readonly (readonly [number, number])[]): string {
  const places = points.map(([x, y]) => [x.toFixed(1), y.toFixed(1)]);
  const dots = places.length > mostDots ? [] : places.map(([x, y]) => `<circle r="2.5" cx="${x}" cy="${y}"/>`);
  return [`<polyline points="${places.map((place) => place.join()).join(' ')}" fill="none"/>`, ...dots].join('');
}
