/** What strokes have to be after a step, so that each is a line that a hand draws in one go. */
import { type Graph, Operators, type Value } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { hatchAngle } from './hatch.js';
import { opacityParameter, unitsFor } from './parameters.js';
import type { StrokesSpec } from './spec.js';

/** How far apart the ends of a stroke are at least, in pixels of 256. */
const leastChord = 4;

/** How far the control point may be from the middle between the ends, in distances of these: a curve then turns by 62° at most. */
export const mostBend = 0.3;

/** What a step leaves of a bend: a small price on bending, apart from the gradient as of weights in Loshchilov & Hutter 2019. */
const straightening = 0.99;

/** Added to lengths that are divided by. */
const noLength = 1e-6;

/** Appends what keeps widths near those of new strokes, and curves neither short nor bent more than a hand bends them. */
export function bounded(
  graph: Graph,
  parameters: Named<Value>,
  spec: Pick<StrokesSpec, 'width' | 'count' | 'opacity' | 'hatch' | 'pens'>,
): Named<Value> {
  const o = new Operators(graph);
  // In steps, which are shares of the picture's side, so whatever the size.
  const units = unitsFor({ width: 256, height: 256 });
  const [least, most] = [Math.min(...spec.width) / 2, 2 * Math.max(...spec.width)];
  const length = (vector: Value) => o.sqrt(o.reduceSum(o.mul(vector, vector), [2], true));
  const [start, control, end] = o.split(parameters.points!, 1, 3) as [Value, Value, Value];
  const middle = o.div(o.add(start, end), 2);
  const given = directed(o, o.div(o.sub(end, start), 2), spec);
  const half = o.mul(given, o.max(o.div(leastChord / units.points / 2, o.add(length(given), noLength)), 1));
  const away = o.sub(control, middle);
  const within = o.min(o.div(o.mul(length(half), 2 * mostBend), o.add(length(away), noLength)), straightening);
  const bend = o.mul(away, spec.hatch ? o.mul(within, edgesOnly(o, spec)) : within);
  return {
    ...parameters,
    points: o.concat([o.sub(middle, half), o.add(middle, bend), o.add(middle, half)], 1),
    // Widths of pens are theirs, and whether they draw is yes or no in the end.
    ...(spec.opacity && !spec.pens ? { opacity: o.max(parameters.opacity!, opacityParameter(spec.opacity)) } : {}),
    ...(parameters.width && { width: o.clip(parameters.width, least / units.width, most / units.width) }),
  };
}

type Hatched = Pick<StrokesSpec, 'count' | 'hatch'>;

/** A number for each stroke, or two. */
const each = (o: Operators, { count }: Hatched, values: (stroke: number) => readonly number[]): Value => {
  const all = Array.from({ length: count }, (_, stroke) => values(stroke));
  return o.graph.constant('float32', all.flat(), [count, 1, all[0]!.length]);
};

/** 1 for a stroke that follows edges, 0 for one of hatching. */
const edgesOnly = (o: Operators, spec: Hatched): Value =>
  each(o, spec, (stroke) => [hatchAngle(spec, stroke) === undefined ? 1 : 0]);

/** Vectors of strokes, those of hatching as far as they run its way. */
function directed(o: Operators, vectors: Value, spec: Hatched): Value {
  if (!spec.hatch) return vectors;
  const way = each(o, spec, (stroke) => {
    const angle = hatchAngle(spec, stroke);
    return angle === undefined ? [0, 0] : [Math.cos(angle), Math.sin(angle)];
  });
  const along = o.mul(way, o.reduceSum(o.mul(vectors, way), [2], true));
  return o.add(o.mul(vectors, edgesOnly(o, spec)), along);
}
