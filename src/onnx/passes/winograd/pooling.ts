/** 2×2 max-pools and their gradients on rows: a quarter of the matrix against the others, element by element. */
import type { Value } from '../../node.js';
import { after } from '../after.js';
import { insideMask, type Layout, pooledLayout } from './layout.js';
import { where } from './masks.js';
import { keyOf, type Rows, type RowsBuilder } from './rows.js';

/** Which element of each window is the maximum, the first in row-major order where several are: a bool for each question. */
export interface Winners {
  readonly layout: Layout;
  /** Whether the lower pair beats the upper one. */
  readonly lower: Value;
  /** Whether the right one of the upper pair beats the left one, and of the lower pair. */
  readonly upperRight: Value;
  readonly lowerRight: Value;
}

/**
 * Appends a 2×2 max-pool with stride 2 of rows in tiles with even sides.
 * @param forGradient whether the winners are wanted too.
 * @param handicaps what to add to all quarters but the first before they are compared, see {@link handicaps}; none: nothing.
 */
export function appendPool(
  b: RowsBuilder,
  { value, layout }: Rows,
  forGradient: boolean,
  handicaps: readonly Value[] = [],
): { pooled: Rows; winners: Winners | undefined } {
  const { o } = b;
  const [upperLeft, upperRight, lowerLeft, lowerRight] = o
    .split(value, 0, 4)
    .map((quarter, i) => (i > 0 && handicaps[i - 1] !== undefined ? o.add(quarter, handicaps[i - 1]!) : quarter)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const upper = o.max(upperLeft, upperRight);
  const lower = o.max(lowerLeft, lowerRight);
  const pooled = o.max(upper, lower);
  if (!forGradient) return { pooled: { value: pooled, layout: pooledLayout(layout) }, winners: undefined };
  const winners = {
    lower: o.greater(lower, upper),
    upperRight: o.greater(upperRight, upperLeft),
    lowerRight: o.greater(lowerRight, lowerLeft),
  };
  // Found at once, and not when their gradient comes back: what they are made of is four times as much, and in floats.
  return {
    pooled: { value: after(b.graph, pooled, Object.values(winners)), layout: pooledLayout(layout) },
    winners: { layout, ...winners },
  };
}

/** Appends the gradient of a pool: what comes back, at the place of each window's maximum. */
export function appendUnpool(b: RowsBuilder, dy: Rows, { layout, ...winners }: Winners): Rows {
  const { o } = b;
  const inside = maskOutside(b, b.arrange(dy, pooledLayout(layout)), layout);
  const lower = where(b.graph, inside, winners.lower);
  const upper = o.sub(inside, lower);
  const upperRight = where(b.graph, upper, winners.upperRight);
  const lowerRight = where(b.graph, lower, winners.lowerRight);
  const quarters = [o.sub(upper, upperRight), upperRight, o.sub(lower, lowerRight), lowerRight];
  return { value: o.concat(quarters, 0), layout };
}

/** Where a side is odd, its last pixels are in no window, but rows past the pooled picture would send them something. */
function maskOutside(b: RowsBuilder, { value, layout }: Rows, { height, width }: Layout): Value {
  if (height % 2 === 0 && width % 2 === 0) return value;
  const mask = b.table(`inside ${keyOf(layout)}`, () => insideMask(layout));
  return b.o.mul(value, b.o.reshape(mask, [layout.tile ** 2, -1, 1]));
}
