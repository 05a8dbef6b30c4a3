/** Which of the photo's goals are made in one pass before the first phase, and kept until their phases come. */
import { InputError } from '../../errors.js';
import { goalsOf, photoGoals } from '../../objectives/objective.js';
import type { Goal } from '../../objectives/term.js';
import type { Site } from '../compute/graphs.js';
import type { Phase } from '../phase.js';
import { type Sequence, segmentsOf } from '../segments.js';
import type { DrawingPlan } from './drawing-plan.js';
import { goalBytes, isFast } from './phase-plan.js';

/** What is kept at most, in bytes: all of `painting` at 512×512. Larger pictures spend longer on iterations than on passes. */
const mostKept = 2 ** 27;

/** How segments are computed, and the goals that the first pass makes. */
export interface PassedPlan {
  readonly plan: DrawingPlan;
  readonly firstPass: readonly Goal[];
}

/**
 * The first pass is for the first phase's goals and for those of the following phases that fit beside: each saves a pass of
 * its own, with a session. It is for the first size alone. Nothing is kept where that would change how the drawing is computed, and there is no first pass where a phase
 * is computed in tiles, as memory is short then.
 * @param whole where the drawing ends.
 * @param planWith how the segments are computed with so many bytes set aside.
 * @throws InputError as `planWith(0)`.
 */
export function planFirstPass(
  whole: Site,
  phases: readonly Phase[],
  planWith: (kept: number) => DrawingPlan,
  scales?: Sequence['scales'],
): PassedPlan {
  const segments = segmentsOf(whole, phases, scales);
  const { site, phase } = segments[0]!;
  const first = photoGoals(goalsOf(phase.objective));
  const atFirstSize = segments.filter((segment) => segment.site === site);
  const later = photoGoals(goalsOf({ terms: atFirstSize.flatMap(({ phase }) => phase.objective.terms) })).filter(
    ({ name }) => !first.some((goal) => goal.name === name),
  );
  let kept = 0;
  const fitting = later.filter((goal) => {
    const bytes = goalBytes(goal, site.network, site);
    if (kept + bytes > mostKept) return false;
    kept += bytes;
    return true;
  });
  const plan = unslowedPlan(() => planWith(kept));
  if (plan) return { plan, firstPass: [...first, ...fitting] };
  const alone = planWith(0);
  return { plan: alone, firstPass: isWhole(alone) ? first : [] };
}

const isWhole = (plan: DrawingPlan): boolean => plan.every(({ tiles }) => !tiles);

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
