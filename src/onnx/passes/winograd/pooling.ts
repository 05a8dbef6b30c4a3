/** 2×2 max-pools and their gradients on rows: a quarter of the matrix against the others, element by element. */
import type { Graph } from '../../graph.js';
import type { Value } from '../../node.js';
import { insideMask, type Layout, pooledLayout } from './layout.js';
import { keyOf, type Rows, type RowsBuilder } from './rows.js';

/** Which element of each window is the maximum, the first in row-major order where several are: 0 or 1 for each question. */
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
 */
export function appendPool(
  b: RowsBuilder,
  { value, layout }: Rows,
  forGradient: boolean,
): { pooled: Rows; winners: Winners | undefined } {
  const { o } = b;
  const [upperLeft, upperRight, lowerLeft, lowerRight] = o.split(value, 0, 4) as [Value, Value, Value, Value];
  const upper = o.max(upperLeft, upperRight);
  const lower = o.max(lowerLeft, lowerRight);
  const pooled = o.max(upper, lower);
  if (!forGradient) return { pooled: { value: pooled, layout: pooledLayout(layout) }, winners: undefined };
  const winners = {
    lower: isPositive(b.graph, o.sub(lower, upper)),
    upperRight: isPositive(b.graph, o.sub(upperRight, upperLeft)),
    lowerRight: isPositive(b.graph, o.sub(lowerRight, lowerLeft)),
  };
  return {
    pooled: { value: after(b.graph, pooled, Object.values(winners)), layout: pooledLayout(layout) },
    winners: { layout, ...winners },
  };
}

/**
 * A value that can't be used before the others, of the same shape, have been computed. ONNX Runtime would find the winners only
 * when their gradient comes back, and hold all that they are made of until then, which is twice as much.
 */
function after(graph: Graph, value: Value, others: readonly Value[]): Value {
  return others.reduce((later, other) => graph.add('Reshape', [later, graph.add('Shape', [other])]), value);
}

/** Appends the gradient of a pool: what comes back, at the place of each window's maximum. */
export function appendUnpool(b: RowsBuilder, dy: Rows, { layout, ...winners }: Winners): Rows {
  const { o } = b;
  const inside = maskOutside(b, b.arrange(dy, pooledLayout(layout)), layout);
  const lower = o.mul(inside, winners.lower);
  const upper = o.sub(inside, lower);
  const upperRight = o.mul(upper, winners.upperRight);
  const lowerRight = o.mul(lower, winners.lowerRight);
  const quarters = [o.sub(upper, upperRight), upperRight, o.sub(lower, lowerRight), lowerRight];
  return { value: o.concat(quarters, 0), layout };
}

/** Where a side is odd, its last pixels are in no window, but rows past the pooled picture would send them something. */
function maskOutside(b: RowsBuilder, { value, layout }: Rows, { height, width }: Layout): Value {
  if (height % 2 === 0 && width % 2 === 0) return value;
  const mask = b.table(`inside ${keyOf(layout)}`, () => insideMask(layout));
  return b.o.mul(value, b.o.reshape(mask, [layout.tile ** 2, -1, 1]));
}

/**
 * 1 where an element is above zero, else 0. HardSigmoid, max(0, min(1, αx + β)), says so for any normal float with an α large
 * enough, and where Sign or Greater and Where run on one core it uses all: a seventh of Sign's time on two.
 */
export function isPositive(graph: Graph, value: Value): Value {
  return graph.add('HardSigmoid', [value], { alpha: { float: 1e38 }, beta: { float: 0 } });
}
