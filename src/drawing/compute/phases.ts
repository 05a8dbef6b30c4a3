/** Opens a phase in the way that is planned for it, and makes room for it. */
import { isApart } from '../../media/medium.js';
import { deepestOf } from '../../networks/network.js';
import { goalsOf, layersOf } from '../../objectives/objective.js';
import { collectGarbage } from '../../runtime/garbage.js';
import type { Phase } from '../phase.js';
import type { PhasePlan } from '../plan/phase-plan.js';
import type { DrawingState } from '../state.js';
import { openApart, renewing } from './apart.js';
import type { Engine } from './engine.js';
import type { Site } from './graphs.js';
import type { OpenPhase, PhaseInput } from './step.js';
import { openTiled } from './tiled.js';
import { openWhole } from './whole.js';

export type { Site } from './graphs.js';
export type { OpenPhase, PhaseInput, Step } from './step.js';

/** @param state what the phase begins with; its iterations change it. */
export async function openPhase(
  site: Site,
  phase: Phase,
  plan: PhasePlan,
  state: DrawingState,
  engine: Engine,
  input: PhaseInput,
): Promise<OpenPhase> {
  if (plan.tiles)
    return renewing(await openTiled(site, phase, plan.tiles, plan, state, engine, input), site, phase, state, input);
  if (!isApart(site.medium)) return openWhole(site, phase, plan, state, engine, input);
  return renewing(await openApart(site, phase, plan, state, engine, input), site, phase, state, input);
}

/**
 * Lets go of what only earlier segments needed: kernels of deeper layers, where no other drawing may want them, and goals.
 * @param left what is still to be drawn.
 * @param isCounted whether the drawing's memory is counted: what the one before has left is not.
 * @param known the goals that are there.
 */
export function forgetEarlier(
  { network }: Pick<Site, 'network'>,
  left: readonly { readonly phase: Pick<Phase, 'objective'> }[],
  isCounted: boolean,
  { kernels, kept }: Engine,
  known: Map<string, unknown>,
): void {
  const objective = { terms: left.flatMap(({ phase }) => phase.objective.terms) };
  const [layers, goals] = [layersOf(objective), goalsOf(objective)];
  if (!kept) kernels.forgetBeyond(layers.length === 0 ? 0 : network.weightBytes(deepestOf(network, layers)));
  for (const name of known.keys()) if (!goals.some((goal) => goal.name === name)) known.delete(name);
  if (isCounted) collectGarbage();
}
