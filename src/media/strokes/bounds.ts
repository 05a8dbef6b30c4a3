/** What strokes have to be after a step, so that each is a line that a hand draws in one go. */
import { type Graph, Operators, type Value } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { unitsFor } from './parameters.js';
import type { StrokesSpec } from './spec.js';

/** How far apart the ends of a stroke are at least, in pixels of 256. */
const leastChord = 4;

/** How far the control point may be from the middle between the ends, in distances of these: a curve then turns by 62° at most. */
const mostBend = 0.3;

/** Added to lengths that are divided by. */
const noLength = 1e-6;

/** Appends what keeps widths near those of new strokes, and curves neither short nor bent more than a hand bends them. */
export function bounded(graph: Graph, parameters: Named<Value>, spec: Pick<StrokesSpec, 'width'>): Named<Value> {
  const o = new Operators(graph);
  // In steps, which are shares of the picture's side, so whatever the size.
  const units = unitsFor({ width: 256, height: 256 });
  const [least, most] = [Math.min(...spec.width) / 2, 2 * Math.max(...spec.width)];
  const length = (vector: Value) => o.sqrt(o.reduceSum(o.mul(vector, vector), [2], true));
  const [start, control, end] = o.split(parameters.points!, 1, 3) as [Value, Value, Value];
  const middle = o.div(o.add(start, end), 2);
  const given = o.div(o.sub(end, start), 2);
  const half = o.mul(given, o.max(o.div(leastChord / units.points / 2, o.add(length(given), noLength)), 1));
  const away = o.sub(control, middle);
  const bend = o.mul(away, o.min(o.div(o.mul(length(half), 2 * mostBend), o.add(length(away), noLength)), 1));
  return {
    ...parameters,
    points: o.concat([o.sub(middle, half), o.add(middle, bend), o.add(middle, half)], 1),
    // Those of pens are theirs.
    ...(parameters.width && { width: o.clip(parameters.width, least / units.width, most / units.width) }),
  };
}
