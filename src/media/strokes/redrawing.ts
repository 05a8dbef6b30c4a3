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
  // All of them: strokes come in rounds, long ones first, and beside a drawing that is finished there would be short ones alone.
  erased: ({ points, ...others }, _there, size) => ({
    ...others,
    points: new Float32Array(points!.length).fill(outside(size)),
  }),
  settled(before, after, there, size) {
    const count = before.points!.length / 6;
    const all = [...Array(count).keys()];
    const isKept = (stroke: number) => isDrawn(before, stroke, size) && !liesThere(before, stroke, there, size);
    const settled = mapNamed(after, (values) => values.slice());
    settled.points!.fill(outside(size));
    const free = all.filter((stroke) => !isKept(stroke));
    for (const stroke of all.filter(isKept)) copyStroke(before, stroke, settled, stroke, count);
    const isNew = (stroke: number) => isDrawn(after, stroke, size) && liesThere(after, stroke, there, size);
    for (const [i, stroke] of all.filter(isNew).slice(0, free.length).entries())
      copyStroke(after, stroke, settled, free[i]!, count);
    return settled;
  },
};

/** A coordinate of strokes that are not drawn, in the units of parameters. */
const outside = (size: Size): number => nowhere / unitsFor(size).points;

const isDrawn = ({ points }: Named<Float32Array>, stroke: number, size: Size): boolean =>
  points![6 * stroke]! > outside(size) / 2;

/** All that is the stroke's own; the softness of edges, for instance, is that of all. */
function copyStroke(
  from: Named<Float32Array>,
  stroke: number,
  to: Named<Float32Array>,
  place: number,
  count: number,
): void {
  for (const [name, values] of Object.entries(to)) {
    const each = values.length / count;
    if (Number.isInteger(each)) values.set(from[name]!.subarray(stroke * each, (stroke + 1) * each), place * each);
  }
}

function liesThere({ points }: Named<Float32Array>, stroke: number, there: Float32Array, size: Size): boolean {
  const { width, height } = size;
  const unit = unitsFor(size).points;
  for (let knot = 0; knot <= pieces; knot++) {
    const at = (axis: number) =>
      Math.floor(
        unit * [0, 1, 2].reduce((sum, p) => sum + knotWeights[3 * knot + p]! * points![6 * stroke + 2 * p + axis]!, 0),
      );
    const [x, y] = [at(0), at(1)];
    if (x >= 0 && x < width && y >= 0 && y < height && there[y * width + x]! >= leastShare) return true;
  }
  return false;
}
