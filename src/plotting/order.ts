/** The order in which a pen draws its lines, and from which end each, so that it travels little between them. */
import Flatbush from 'flatbush';
import { distance, endOf, type Line, type Point, reversed, startOf } from './lines.js';

/** How far the pen travels without drawing, from its home and back: millimetres. */
export function travelOf(lines: readonly Line[], home: Point): number {
  let [sum, at] = [0, home];
  for (const line of lines) {
    sum += distance(at, startOf(line));
    at = endOf(line);
  }
  return sum + distance(at, home);
}

/** Always the line whose nearer end is nearest to where the pen is. */
export function greedyOrder(lines: readonly Line[], home: Point): Line[] {
  const ordered: Line[] = [];
  let [left, at] = [[...lines], home];
  while (left.length > 0) {
    const ends = left.flatMap((line) => [startOf(line), endOf(line)]);
    const index = indexOf(ends);
    const isDrawn = new Uint8Array(left.length);
    // Half of them, and then an index anew: one looks at those that are drawn too.
    for (let count = Math.ceil(left.length / 2); count > 0; count--) {
      const [end] = index.neighbors(...at, 1, Number.POSITIVE_INFINITY, (one) => isDrawn[one >> 1] === 0);
      const line = left[end! >> 1]!;
      isDrawn[end! >> 1] = 1;
      ordered.push(end! % 2 === 0 ? line : reversed(line));
      at = endOf(ordered.at(-1)!);
    }
    left = left.filter((_, i) => isDrawn[i] === 0);
  }
  return ordered;
}

function indexOf(ends: readonly Point[]): Flatbush {
  const index = new Flatbush(ends.length);
  for (const [x, y] of ends) index.add(x, y);
  index.finish();
  return index;
}

/** The {@link greedyOrder}, improved. */
export const shortOrder = (lines: readonly Line[], home: Point): Line[] => improved(greedyOrder(lines, home), home);

/** Of how many nearest ends each is tried as the next. */
const tried = 10;

/** Improvements for each line, at the most: five times what drawings take. */
const mostImprovements = 20;

/** Less is rounding: millimetres. */
const leastGain = 1e-6;

/**
 * 2-opt (Croes 1958) among near ends: of two ways between lines, where it is shorter, the other two between the same ends are taken, and all
 * that lies between is drawn the other way round.
 */
function improved(lines: readonly Line[], home: Point): Line[] {
  const count = lines.length;
  if (count === 0) return [];
  // Ends are numbered: 2 · line is its start, 2 · line + 1 its end; and the last one is home.
  const ends = [...lines.flatMap((line) => [startOf(line), endOf(line)]), home];
  const homeEnd = 2 * count;
  const index = indexOf(ends.slice(0, homeEnd));
  const near = ends.map(([x, y], end) => index.neighbors(x, y, tried, Number.POSITIVE_INFINITY, (one) => one !== end));
  const apart = (a: number, b: number) => distance(ends[a]!, ends[b]!);
  /** The end at which each is begun, in order; and where in it each line is. */
  const entry = Int32Array.from({ length: count }, (_, i) => 2 * i);
  const place = Int32Array.from(entry.keys());
  const entryAt = (at: number) => (at >= count ? homeEnd : entry[at]!);
  const exitAt = (at: number) => (at < 0 ? homeEnd : entry[at]! ^ 1);
  const reverse = (first: number, last: number) => {
    for (let [i, j] = [first, last]; i <= j; i++, j--) {
      [entry[i], entry[j]] = [entry[j]! ^ 1, entry[i]! ^ 1];
      place[entry[i]! >> 1] = i;
      place[entry[j]! >> 1] = j;
    }
  };
  /** Takes two other ways in place of those from one place to the next at `p`, where that is shorter. */
  const improveAt = (p: number): boolean => {
    const [a, b] = [exitAt(p), entryAt(p + 1)];
    const length = apart(a, b);
    const isBetter = (q: number) => {
      const [c, d] = [exitAt(q), entryAt(q + 1)];
      if (length + apart(c, d) - apart(a, c) - apart(b, d) < leastGain) return false;
      reverse(Math.min(p, q) + 1, Math.max(p, q));
      return true;
    };
    for (const c of near[a]!) {
      if (apart(a, c) >= length) break;
      if (exitAt(place[c >> 1]!) === c && isBetter(place[c >> 1]!)) return true;
    }
    for (const d of near[b]!) {
      if (apart(b, d) >= length) break;
      if (entryAt(place[d >> 1]!) === d && isBetter(place[d >> 1]! - 1)) return true;
    }
    return false;
  };
  let left = mostImprovements * count;
  for (let found = true; found && left > 0; ) {
    found = false;
    for (let p = -1; p < count && left > 0; p++) {
      if (!improveAt(p)) continue;
      found = true;
      left--;
      p--;
    }
  }
  return Array.from(entry, (end) => (end % 2 === 0 ? lines[end >> 1]! : reversed(lines[end >> 1]!)));
}
