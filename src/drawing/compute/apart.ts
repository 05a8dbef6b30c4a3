/** A phase whose canvas is made apart from graphs: the network and the objective are a graph from the canvas to its gradient. */
import { toColours } from '../../colour/spaces.js';
import { isApart, type Moment } from '../../media/medium.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import { type PhasePlan, withinBudget } from '../plan/phase-plan.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import { goalTensors } from './goals.js';
import { canvasGradientGraph, type Site } from './graphs.js';
import { openPainter } from './painter.js';
import { openGraph } from './sessions.js';
import { lossesOf, type OpenPhase, type PhaseInput, weightScalars } from './step.js';
import { openStepper } from './stepper.js';

/** @param state what the phase begins with, in the processor's memory; its iterations change it. */
export async function openApart(
  site: Site,
  phase: Phase,
  plan: PhasePlan,
  state: DrawingState,
  engine: Engine,
  input: PhaseInput,
): Promise<OpenPhase> {
  const { height, width } = site;
  const constants = await goalTensors(site, phase, input, engine, plan);
  const session = await openGraph(
    (target) => withinBudget(canvasGradientGraph(site, phase.objective, { target, bands: plan.bands }), plan),
    engine,
    plan,
    { constants, keptAs: 'gradient' },
  );
  const painter = await openPainter(site.medium, { height, width });
  const stepper = await openStepper(site, phase, input.tone, engine, painter);
  const shape = [1, site.medium.space.length, height, width];
  return {
    async step(iteration) {
      const canvas = await painter.canvasOf(state.values);
      const seen = { canvas: new Tensor('float32', canvas, shape), ...weightScalars(phase, iteration) };
      const results = await session.run(seen);
      const frame = await stepper.step(state, results.canvas_grad!.data as Float32Array, iteration);
      return { ...lossesOf(results, phase.objective), frame };
    },
    async release() {
      await session.release();
      await stepper.release();
      await painter.release();
    },
  };
}

/** The phase, with what its medium does before iterations. */
export function renewing(
  opened: OpenPhase,
  { medium, height, width, network }: Site,
  phase: Phase,
  state: DrawingState,
  { photo, progressAt }: PhaseInput,
): OpenPhase {
  if (!isApart(medium)) return opened;
  const size = { height, width };
  let colours: Float32Array | undefined;
  const moment = (iteration: number): Moment => ({
    size,
    progress: progressAt(iteration),
    before: progressAt(iteration - 1),
    photo: () => {
      colours ??= toColours(photo, network.space);
      return colours;
    },
  });
  return {
    async step(iteration) {
      const renewal = medium.renew(moment(iteration));
      if (renewal) state.write(renewal.of(await state.read()));
      if (renewal?.begins) state.begin(phase.optimizer);
      return opened.step(iteration);
    },
    release: () => opened.release(),
  };
}
