/** Pixels are redrawn each by itself, on paper. */
import { colourIn } from '../../colour/spaces.js';
import { mapNamed } from '../../onnx/named.js';
import type { Redrawing } from '../redrawing.js';
import { type PixelsSpec, paperOf, spaceOf } from './spec.js';

export function pixelRedrawing(spec: PixelsSpec): Redrawing {
  const paper = colourIn(spaceOf(spec.colours), paperOf(spec));
  return {
    erased: (parameters, there) =>
      mapNamed(parameters, (values) =>
        values.map((value, i) => mixed(value, paper[Math.floor(i / there.length)]!, there[i % there.length]!)),
      ),
    settled: (before, after, there) =>
      mapNamed(after, (values, name) =>
        values.map((value, i) => mixed(before[name]![i]!, value, there[i % there.length]!)),
      ),
  };
}

const mixed = (one: number, other: number, share: number): number => one + share * (other - one);
