/** The preset of a film's frames after the first one: fewer iterations, because most of the drawing is there already. */
import { iterationsOf, type Preset } from '../drawing/recipe/index.js';
import { InputError } from '../errors.js';

/** The share of a preset's iterations. With a third of them what moves is paler than what stands still. */
const usualShare = 0.5;

/**
 * A preset in so many iterations, shared out over its phases as they are. Learning rates begin higher, by the root of how many there are less,
 * as a walk of fewer steps takes longer ones to get as far; they end as they do.
 * @param iterations default: half of the preset's.
 * @throws InputError where there are fewer than phases.
 */
export function laterPreset(preset: Preset, iterations?: number): Preset {
  const { phases } = preset;
  const total = iterationsOf(preset);
  const wanted = iterations ?? Math.max(phases.length, Math.round(usualShare * total));
  if (wanted < phases.length) {
    const reason = `the preset has ${phases.length} phases, and each takes an iteration; give ${phases.length} or more`;
    throw new InputError(reason, { field: 'iterations' });
  }
  const longer = Math.max(1, Math.sqrt(total / wanted));
  // Each has one, and what is left is shared out by how many more it had.
  const more = total - phases.length;
  let [had, given] = [0, 0];
  return {
    ...preset,
    phases: phases.map((phase) => {
      had += phase.iterations - 1;
      const upTo = more === 0 ? 0 : Math.round(((wanted - phases.length) * had) / more);
      const own = 1 + upTo - given;
      given = upTo;
      return { ...phase, iterations: own, learningRate: raised(phase.learningRate, longer) };
    }),
  };
}

type Rate = Preset['phases'][number]['learningRate'];

const raised = (rate: Rate, factor: number): Rate =>
  typeof rate === 'number' ? rate * factor : { ...rate, from: rate.from * factor };
