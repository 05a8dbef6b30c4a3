/** Which of the photo's activations are computed in one pass before the first phase, and kept until their phases come. */
import { isDeepStrictEqual } from 'node:util';
import { findLayer, gridOf, type Layer } from '../vgg19/layers.js';
import type { DrawingPlan } from './memory.js';
import type { Preset } from './preset.js';

/** What is kept at most, in bytes: all of `painting` at 512×512. Larger pictures spend longer on iterations than on passes. */
const mostKept = 2 ** 27;

/**
 * The first phase's layer, and of the following phases those whose activations fit beside: each saves a pass of its own, with a session.
 * None where a phase is computed in tiles, as memory is short then.
 * @param replan how the phases are computed with so many bytes set aside: where that is not `plan`, nothing is kept. It may throw.
 */
export function firstPass(
  { phases }: Preset,
  { width, height }: { width: number; height: number },
  plan: DrawingPlan,
  replan: (kept: number) => DrawingPlan,
): readonly Layer[] {
  if (plan.some((tiled) => tiled !== undefined)) return [];
  const [first, ...later] = [...new Set(phases.map(({ layer }) => findLayer(layer)))] as [Layer, ...Layer[]];
  let kept = 0;
  const fitting = later.filter((layer) => {
    const grid = gridOf(layer);
    const bytes = 4 * layer.outChannels * Math.floor(width / grid) * Math.floor(height / grid);
    if (kept + bytes > mostKept) return false;
    kept += bytes;
    return true;
  });
  return isSame(plan, () => replan(kept)) ? [first, ...fitting] : [first];
}

function isSame(plan: DrawingPlan, replan: () => DrawingPlan): boolean {
  try {
    return isDeepStrictEqual(replan(), plan);
  } catch {
    return false;
  }
}
