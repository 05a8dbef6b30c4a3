/** What is computed of a photo: the activation of a layer, its Gram matrix, and what excites a channel of it. */
import { toSpace } from '../colour/spaces.js';
import { type Engine, engineFor } from '../drawing/compute/engine.js';
import { wholeGoals } from '../drawing/compute/goals.js';
import type { Site } from '../drawing/compute/graphs.js';
import { outOfMemory } from '../drawing/plan/drawing-plan.js';
import { type PhasePlan, plainPlan, planSums } from '../drawing/plan/phase-plan.js';
import { formatBytes } from '../drawing/recipe/bytes.js';
import { type MemoryLimit, processBytes } from '../drawing/recipe/memory-limit.js';
import { InputError } from '../errors.js';
import { activationCount, type Network } from '../networks/network.js';
import { photoGram } from '../objectives/style.js';
import type { Goal } from '../objectives/term.js';
import { fieldOf } from './field.js';
import { type Activation, channelFigures } from './figures.js';
import { likedBy, likingIterations, medium } from './liking.js';
import { strongestPatches } from './patches.js';
import type { Looked, Looking, Step } from './thread/messages.js';

/** Patches of the photo at the most. */
const mostPatches = 9;

/**
 * Looks at a photo.
 * @param advance is told each step, and says whether to go on.
 * @returns undefined where it was not to go on.
 * @throws InputError where memory does not do, and as the network.
 */
export async function lookAt(
  network: Network,
  { photo, layer, channel, provider, threads, memory }: Looking,
  advance: (step: Step) => boolean,
): Promise<Looked | undefined> {
  const { width, height } = photo;
  const site: Site = { network, medium, width, height };
  const engine = engineFor(network, { provider, threads });
  if (!advance({ kind: 'looking' })) return undefined;
  try {
    const { activation, gram } = await activationOf(site, layer, photo.rgb, engine, memory);
    const looked = { weights: network.source, activation, gram };
    if (channel === undefined) return { ...looked, excited: undefined };
    const figures = channelFigures(activation);
    const own = figures.find((one) => one.channel === channel)!;
    const field = await fieldOf(site, layer, activation, engine, photo.rgb, { channel, ...own.at });
    const patches = strongestPatches(activation, channel, field, mostPatches);
    // Of a channel that the photo does not excite nothing is known but what others are.
    const strong = own.max > 0 ? own.max : Math.max(...figures.map(({ max }) => max), 0) || 1;
    let isStopped = !advance({ kind: 'liking', iterations: 0, of: likingIterations });
    const options = { provider, threads, memory, strong, field: field.side, photo: site };
    const liked = await likedBy(network, layer, channel, options, (iterations) => {
      isStopped ||= !advance({ kind: 'liking', iterations, of: likingIterations });
      return !isStopped;
    });
    return isStopped ? undefined : { ...looked, excited: { liked, patches } };
  } catch (error) {
    throw outOfMemory(error, layer) ?? error;
  }
}

/** The layer's activation, by convolutions as they are defined, and its Gram matrix. */
async function activationOf(
  site: Site,
  layer: string,
  rgb: Uint8Array,
  engine: Engine,
  memory: MemoryLimit,
): Promise<{ readonly activation: Activation; readonly gram: Float32Array }> {
  const { network, width, height } = site;
  const whole: Goal = { name: layer, layer };
  const gram = photoGram(layer);
  const goals = [whole, gram];
  const plan = engine.provider.name === 'cpu' ? planWithin(site, layer, goals, memory) : plainPlan;
  const made = await wholeGoals(site, goals, toSpace(rgb, network.space), engine, plan);
  const valuesOf = ({ name }: Goal) => made.get(name)!.data as Float32Array;
  const shape = network.activationShape(layer, { width, height });
  return { activation: { values: valuesOf(whole), shape }, gram: valuesOf(gram) };
}

/** What looking takes beside the process and its graph, as drawings do: times the weights, bytes for each pixel, and the activation as it is told and kept. */
const overhead = { weights: 2.5, perPixel: 160 };

/** @throws InputError where looking takes more memory than there is. */
function planWithin(site: Site, layer: string, goals: readonly Goal[], { bytes, isGiven }: MemoryLimit): PhasePlan {
  const { network, width, height } = site;
  const held = network.externalData.reduce((sum, { data }) => sum + data.byteLength, 0);
  const fixed =
    processBytes +
    held +
    overhead.weights * network.weightBytes(layer) +
    overhead.perPixel * width * height +
    2 * 4 * activationCount(network, layer, site);
  const plan = planSums(site, goals, true, bytes - fixed);
  // In tiles there would be no activation as a whole.
  if (plan && !plan.tiles) return plan;
  const had = `${formatBytes(bytes)} ${isGiven ? 'may be used' : 'are free'}`;
  throw new InputError(
    `${layer} at ${width}×${height} pixels does not fit into memory, of which ${had}; choose a smaller size`,
    { field: 'size' },
  );
}
