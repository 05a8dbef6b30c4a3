/** Random strokes, and the same ones as a graph draws them. */
import type { Size } from '../../src/image/picture.js';

import { knotWeights, pieces, reachOf, sharpnessOf } from '../../src/media/strokes/curve.js';
import { appendTransmission, listInputs } from '../../src/media/strokes/graph.js';
import { type Capacity, type Lists, listsOf, needed, pairsOf } from '../../src/media/strokes/lists.js';
import type { Marks, Sheet } from '../../src/media/strokes/raster.js';
import type { StrokeKind, Strokes } from '../../src/media/strokes/strokes.js';
import { differentiate, Graph, Operators, type Target } from '../../src/onnx/index.js';
import { Tensor } from '../../src/runtime/session.js';
import { uniform, uniforms } from './random.js';

/**
 * Some go past the paper. Rounded to float32. None has a pixel that is equally near to two of its pieces, where rounding would decide to
 * which of them its gradient goes.
 */
export function someMarks(count: number, sheet: Sheet, longest = sheet.width): Marks<Float32Array> {
  const { width, height, channels } = sheet;
  const one = (): number[] => {
    const middle = [uniform(-4, width + 4), uniform(-4, height + 4)];
    const near = () => middle.map((at) => Math.fround(at + uniform(-longest / 2, longest / 2)));
    const stroke = [near(), near(), near()].flat();
    return isClear(stroke, sheet) ? stroke : one();
  };
  const points = Array.from({ length: count }, one);
  return {
    points: Float32Array.from(points.flat()),
    width: Float32Array.from(uniforms([count], 0.5, 6)),
    opacity: Float32Array.from(uniforms([count], 0.1, 0.95)),
    amount: Float32Array.from(uniforms([count * channels], 0, 1)),
  };
}

/** Whether every pixel is nearest to one piece by far more than rounding, but for those that are nearest to where two of them meet. */
function isClear(stroke: readonly number[], { width, height }: Sheet): boolean {
  const knot = (i: number, axis: number) =>
    [0, 1, 2].reduce((sum, point) => sum + knotWeights[3 * i + point]! * stroke[2 * point + axis]!, 0);
  const ends = Array.from({ length: pieces + 1 }, (_, i) => [knot(i, 0), knot(i, 1)] as const);
  return Array.from({ length: width * height }).every((_, pixel) => {
    const [x, y] = [(pixel % width) + 0.5, Math.floor(pixel / width) + 0.5];
    const found = ends.slice(1).map(([bx, by], piece) => {
      const [ax, ay] = ends[piece]!;
      const [dx, dy] = [bx - ax, by - ay];
      const u = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
      return { squared: (x - ax - u * dx) ** 2 + (y - ay - u * dy) ** 2, place: piece + u };
    });
    found.sort((a, b) => a.squared - b.squared);
    const [first, second] = found as [(typeof found)[0], (typeof found)[0]];
    return first.place === second.place || second.squared - first.squared > 1e-4 * Math.max(1, first.squared);
  });
}

export const inFloat64 = ({ points, width, opacity, amount }: Marks): Marks<Float64Array> => ({
  points: Float64Array.from(points),
  width: Float64Array.from(width),
  opacity: Float64Array.from(opacity),
  amount: Float64Array.from(amount),
});

export const zerosLike = ({ points, width, opacity, amount }: Marks): Marks<Float64Array> => ({
  points: new Float64Array(points.length),
  width: new Float64Array(width.length),
  opacity: new Float64Array(opacity.length),
  amount: new Float64Array(amount.length),
});

export const markNames = ['points', 'width', 'opacity', 'amount'] as const;

/** Marks → `through`; and with `weights`, the gradients of Σ weights · through by each, named as the marks. */
export function marksGraph(count: number, sheet: Sheet, room: Capacity, target?: Target): Graph {
  const graph = new Graph('marks');
  const values = {
    points: graph.input('points', 'float32', [count, 3, 2]),
    width: graph.input('width', 'float32', [count]),
    opacity: graph.input('opacity', 'float32', [count]),
    amount: graph.input('amount', 'float32', [count, sheet.channels]),
  };
  const sharpness = graph.input('sharpness', 'float32', []);
  const through = appendTransmission(graph, values, { size: sheet, room, sharpness });
  const o = new Operators(graph);
  const weights = graph.input('weights', 'float32', graph.shape(through));
  const loss = o.reduceSum(o.mul(through, weights), [3, 2, 1, 0], false);
  const gradients = differentiate(graph, { of: loss, wrt: Object.values(values), target });
  graph.output(through, 'through');
  markNames.forEach((name, i) => {
    graph.output(gradients[i]!, `${name}_grad`);
  });
  return graph;
}

/** What {@link marksGraph} is given, and the room that it needs. */
export function marksFeeds(marks: Marks<Float32Array>, sheet: Sheet, weights: Float32Array, roomFor = needed) {
  const count = marks.width.length;
  const pairs = pairsOf(marks.points, count, (i) => marks.width[i]! / 2 + reachOf(sheet.softness), sheet);
  const room = roomFor(pairs);
  const lists: Lists = listsOf(pairs, sheet, room);
  const types = listInputs(count, sheet, room);
  const float = (values: Float32Array | number[], shape: readonly number[]) => new Tensor('float32', values, shape);
  const feeds = {
    points: float(marks.points, [count, 3, 2]),
    width: float(marks.width, [count]),
    opacity: float(marks.opacity, [count]),
    amount: float(marks.amount, [count, sheet.channels]),
    sharpness: float([sharpnessOf(sheet.softness)], []),
    weights: float(weights, [1, sheet.channels, sheet.height, sheet.width]),
    ...Object.fromEntries(
      Object.entries(types).map(([name, { dtype, shape }]) => [
        name,
        new Tensor(dtype, lists[name as keyof Lists] as never, shape),
      ]),
    ),
  };
  return { feeds, room };
}

/** Strokes as a drawing has them, anywhere on its paper, with colours of their own; up to 60 pixels long. */
export function someStrokes(count: number, size: Size, kind: StrokeKind = 'ink'): Strokes {
  const one = (): number[] => {
    const [x, y] = [uniform(0, size.width), uniform(0, size.height)];
    return [x, y, x + uniform(-20, 20), y + uniform(-20, 20), x + uniform(-40, 40), y + uniform(-40, 40)];
  };
  return {
    size,
    kind,
    paper: kind === 'ink' ? [250, 245, 230] : [30, 40, 60],
    points: Float32Array.from(Array.from({ length: count }, one).flat()),
    width: Float32Array.from(uniforms([count], 0.5, 4)),
    opacity: Float32Array.from(uniforms([count], 0.1, 0.9)),
    colour: Float32Array.from(uniforms([3 * count], 0, 1)),
  };
}
