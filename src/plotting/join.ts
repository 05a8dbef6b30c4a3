/** Lines of one pen that meet become one, so that the pen is not lifted between them. */
import Flatbush from 'flatbush';
import { endOf, type Line, type Point, reversed, startOf } from './lines.js';

/**
 * Joins lines whose ends are no farther apart than a gap, both ends moving to the middle between them, where that turns the pen by less than a
 * right angle: one that goes back over wet ink tears the paper. The nearest ends first; none is joined with its own beginning.
 * @param gap millimetres: what the pen is wide, so that nothing is seen of it.
 */
export function joined(lines: readonly Line[], gap: number): Line[] {
  if (lines.length === 0) return [];
  const ends = lines.flatMap((line) => [startOf(line), endOf(line)]);
  const partners = partnersOf(lines, ends, gap);
  const isDone = new Uint8Array(lines.length);
  const chains: Line[] = [];
  for (let end = 0; end < ends.length; end++) {
    // Only from ends that are free: each chain has two.
    if (partners[end] !== -1 || isDone[end >> 1]) continue;
    const chain: number[] = [];
    for (let into = end; into !== -1; into = partners[into ^ 1]!) {
      isDone[into >> 1] = 1;
      const line = lines[into >> 1]!;
      appendTo(chain, into % 2 === 0 ? line : reversed(line));
    }
    chains.push(chain);
  }
  return chains;
}

/** Ends are numbered: 2 · line is its start, 2 · line + 1 its end. @returns of each the one it is joined with, or −1. */
function partnersOf(lines: readonly Line[], ends: readonly Point[], gap: number): Int32Array {
  const index = new Flatbush(ends.length);
  for (const [x, y] of ends) index.add(x, y);
  index.finish();
  const pairs = ends.flatMap(([x, y], end) =>
    index
      .search(x - gap, y - gap, x + gap, y + gap)
      .filter((other) => other > end)
      .map((other) => ({ end, other, apart: Math.hypot(ends[other]![0] - x, ends[other]![1] - y) })),
  );
  pairs.sort((a, b) => a.apart - b.apart || a.end - b.end || a.other - b.other);
  const outward = ends.map((_, end) => outwardOf(lines[end >> 1]!, end % 2 === 1));
  const partners = new Int32Array(ends.length).fill(-1);
  // The other end of the chain that a free end belongs to.
  const far = Int32Array.from(ends, (_, end) => end ^ 1);
  for (const { end, other, apart } of pairs) {
    if (apart > gap || partners[end] !== -1 || partners[other] !== -1 || far[end] === other) continue;
    const [[ax, ay], [bx, by]] = [outward[end]!, outward[other]!];
    if (ax * bx + ay * by >= 0) continue;
    [partners[end], partners[other]] = [other, end];
    const [first, last] = [far[end]!, far[other]!];
    [far[first], far[last]] = [last, first];
  }
  return partners;
}

/** The direction in which a line leaves at its end, or at its start: from the nearest point that is another one. */
function outwardOf(line: Line, atEnd: boolean): Point {
  const points = atEnd ? reversed(line) : line;
  for (let at = 2; at < points.length; at += 2) {
    const [x, y] = [points[0]! - points[at]!, points[1]! - points[at + 1]!];
    if (x !== 0 || y !== 0) return [x, y];
  }
  return [0, 0];
}

function appendTo(chain: number[], line: Line): void {
  if (chain.length === 0) chain.push(...line);
  else {
    const y = chain.pop()!;
    const x = chain.pop()!;
    chain.push((x + line[0]!) / 2, (y + line[1]!) / 2, ...line.slice(2));
  }
}
