/** Strokes are redrawn as a whole: each that lies anywhere where the drawing is redrawn. */
import type { Size } from '../../image/picture.js';
import { mapNamed, type Named } from '../../onnx/named.js';
import type { Redrawing } from '../redrawing.js';
import { knotWeights, pieces } from './curve.js';
import { unitsFor } from './parameters.js';
import { nowhere } from './rounds.js';

/** How much of a pixel has to be redrawn for a stroke that goes through it to be. */
const leastShare = 0.5;

export const strokeRedrawing: Redrawing = {
  erased(parameters, there, size) {
    const points = parameters.points!.slice();
    for (let stroke = 0; stroke < points.length / 6; stroke++) {
      if (liesThere(parameters.points!, stroke, there, size)) putAway(points, stroke, size);
    }
    return { ...parameters, points };
  },
  settled(before, after, there, size) {
    const count = before.points!.length / 6;
    const settled: Named<Float32Array> = mapNamed(after, (values) => values.slice());
    const [was, is] = [before.points!, after.points!];
    for (let stroke = 0; stroke < count; stroke++) {
      if (isDrawn(was, stroke, size) && !liesThere(was, stroke, there, size)) {
        for (const [name, values] of Object.entries(settled)) {
          const each = values.length / count;
          // What is no stroke's own, such as the softness of all edges, is as it has become.
          if (Number.isInteger(each))
            values.set(before[name]!.subarray(stroke * each, (stroke + 1) * each), stroke * each);
        }
      } else if (!liesThere(is, stroke, there, size)) putAway(settled.points!, stroke, size);
    }
    return settled;
  },
};

function putAway(points: Float32Array, stroke: number, size: Size): void {
  points.fill(nowhere / unitsFor(size).points, 6 * stroke, 6 * stroke + 6);
}

const isDrawn = (points: Float32Array, stroke: number, size: Size): boolean =>
  points[6 * stroke]! * unitsFor(size).points > nowhere / 2;

/** @param points in the units of parameters. */
function liesThere(points: Float32Array, stroke: number, there: Float32Array, size: Size): boolean {
  const { width, height } = size;
  const unit = unitsFor(size).points;
  for (let knot = 0; knot <= pieces; knot++) {
    const at = (axis: number) =>
      Math.floor(
        unit * [0, 1, 2].reduce((sum, p) => sum + knotWeights[3 * knot + p]! * points[6 * stroke + 2 * p + axis]!, 0),
      );
    const [x, y] = [at(0), at(1)];
    if (x >= 0 && x < width && y >= 0 && y < height && there[y * width + x]! >= leastShare) return true;
  }
  return false;
}
