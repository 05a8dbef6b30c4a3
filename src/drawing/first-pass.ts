/** Which of the photo's activations are computed in one pass before the first phase, and kept until their phases come. */
import { InputError } from '../errors.js';
import type { Size } from '../image/picture.js';
import { activationCount, findLayer, type Layer } from '../vgg19/layers.js';
import type { DrawingPlan } from './memory.js';
import { isFast } from './phase-plan.js';
import type { Preset } from './preset.js';

/** What is kept at most, in bytes: all of `painting` at 512×512. Larger pictures spend longer on iterations than on passes. */
const mostKept = 2 ** 27;

/** How phases are computed, and the layers that the first pass goes through. */
export interface PassedPlan {
  readonly plan: DrawingPlan;
  readonly firstPass: readonly Layer[];
}

/**
 * The first pass is for the first phase's layer and for those of the following phases whose activations fit beside: each saves a pass of
 * its own, with a session. Nothing is kept where that would change how the drawing is computed, and there is no first pass where a phase
 * is computed in tiles, as memory is short then.
 * @param planWith how the phases are computed with so many bytes set aside.
 * @throws InputError as `planWith(0)`.
 */
export function planFirstPass({ phases }: Preset, size: Size, planWith: (kept: number) => DrawingPlan): PassedPlan {
  const [first, ...later] = [...new Set(phases.map(({ layer }) => findLayer(layer)))] as [Layer, ...Layer[]];
  let kept = 0;
  const fitting = later.filter((layer) => {
    const bytes = 4 * activationCount(layer, size);
    if (kept + bytes > mostKept) return false;
    kept += bytes;
    return true;
  });
  const plan = unslowedPlan(() => planWith(kept));
  if (plan) return { plan, firstPass: [first, ...fitting] };
  const alone = planWith(0);
  return { plan: alone, firstPass: isWhole(alone) ? [first] : [] };
}

const isWhole = (plan: DrawingPlan): boolean => plan.every(({ tiled }) => !tiled);

/** The plan if nothing in it is slower than it could be; undefined also where nothing fits. */
function unslowedPlan(makePlan: () => DrawingPlan): DrawingPlan | undefined {
  try {
    const plan = makePlan();
    return plan.every(isFast) ? plan : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
