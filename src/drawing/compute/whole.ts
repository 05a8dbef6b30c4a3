/** A phase computed on the picture as a whole. */
import type { Phase } from '../phase.js';
import { type PhasePlan, withinBudget } from '../plan/phase-plan.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import { goalTensors } from './goals.js';
import { iterationGraph, type Site } from './graphs.js';
import { openGraph } from './sessions.js';
import { lossesOf, type OpenPhase, type PhaseInput, stepScalars, takeStep, weightScalars } from './step.js';

/**
 * Opens a session for just the part of the network that the phase's layers need. A device with memory of its own gets the goals once;
 * where the provider can, the state stays there too, and one iteration moves no more than its loss and its frame.
 * @param state what the phase begins with; its iterations change it.
 * @param known goals that are known already; others are made of the photo.
 */
export async function openWhole(
  site: Site,
  phase: Phase,
  plan: PhasePlan,
  state: DrawingState,
  engine: Engine,
  { photo, known, tone }: PhaseInput,
): Promise<OpenPhase> {
  const constants = await goalTensors(site, phase, { photo, known }, engine, plan);
  const passed = phase.optimizer.passedOn?.(state.parameters) ?? {};
  const moved = [...Object.keys(state.parameters), ...Object.keys(state.slots)].filter((name) => !(name in passed));
  const onDevice = moved.map((name) => `${name}_out`);
  const session = await openGraph(
    (target) => withinBudget(iterationGraph(site, phase, tone, { target, bands: plan.bands }), plan),
    engine,
    plan,
    { constants, onDevice, keptAs: 'iteration' },
  );
  return {
    async step(iteration) {
      const scalars = { ...stepScalars(phase, state, iteration), ...weightScalars(phase, iteration) };
      const results = await session.run({ ...state.parameters, ...state.slots, ...scalars });
      takeStep(state, phase, results);
      return { ...lossesOf(results, phase.objective), frame: results.frame!.data as Uint8Array };
    },
    async release() {
      try {
        await state.keep();
      } finally {
        await session.release();
      }
    },
  };
}
