/**
 * A drawing iteration by iteration, each from a canvas that is given. Left to itself a drawing may part from another one of other
 * rounding (another processor, tiles, Winograd's form): where the clip has left a canvas uniform, or a max-pool compares equal values,
 * a rounding error decides. So single iterations are held closely, and whole drawings by their likeness.
 */
import { engineFor } from '../../src/drawing/compute/engine.js';
import { openPhase } from '../../src/drawing/compute/phases.js';
import type { LoopOptions } from '../../src/drawing/loop.js';
import { type DrawingPlan, fastDrawing } from '../../src/drawing/plan/drawing-plan.js';
import { DrawingState } from '../../src/drawing/state.js';
import { cpu } from '../../src/runtime/provider.js';

export interface SingleStep {
  /** How many there were before it, of all phases. */
  readonly index: number;
  readonly loss: number;
  /** The canvas after it, float32[3, H, W]. */
  readonly canvas: Float32Array;
}

/**
 * On the CPU.
 * @param before the canvas that an iteration begins with; the optimizer goes on with what it has averaged.
 */
export async function* singleSteps(
  loop: Omit<LoopOptions, 'photo'>,
  photo: Float32Array,
  before: (index: number) => Float32Array,
  plan: DrawingPlan = fastDrawing(loop, loop.phases, cpu),
): AsyncGenerator<SingleStep> {
  const { medium, phases, tone } = loop;
  const engine = engineFor(loop.network, loop);
  const state = DrawingState.open(medium, loop);
  const canvasOf = () => state.parameters.pixels!.data as Float32Array;
  let index = 0;
  for (const [position, phase] of phases.entries()) {
    if (position === 0 || !phase.keepOptimizer) state.begin(phase.optimizer);
    const opened = await openPhase(loop, phase, plan[position]!, state, engine, {
      photo,
      known: new Map(),
      tone,
      progressAt: () => 0,
    });
    for (let iteration = 0; iteration < phase.iterations; iteration++) {
      canvasOf().set(before(index));
      const { loss } = await opened.step(iteration);
      yield { index, loss, canvas: canvasOf().slice() };
      index++;
    }
    await opened.release();
  }
  await state.release();
}
