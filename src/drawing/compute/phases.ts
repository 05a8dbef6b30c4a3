/** Opens a phase in the way that is planned for it. */
import type { Phase } from '../phase.js';
import type { PhasePlan } from '../plan/phase-plan.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import type { Site } from './graphs.js';
import type { OpenPhase, PhaseInput } from './step.js';
import { openTiled } from './tiled.js';
import { openWhole } from './whole.js';

export type { Site } from './graphs.js';
export type { PhaseInput, Step } from './step.js';

/** @param state what the phase begins with; its iterations change it. */
export const openPhase = (
  site: Site,
  phase: Phase,
  plan: PhasePlan,
  state: DrawingState,
  engine: Engine,
  input: PhaseInput,
): Promise<OpenPhase> =>
  plan.tiles
    ? openTiled(site, phase, plan.tiles, plan, state, engine, input)
    : openWhole(site, phase, plan, state, engine, input);
