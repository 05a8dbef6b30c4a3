/** What a channel likes: a picture that excites it, drawn from noise as drawings are, with the channel in place of a photo's goals. */
import type { ComputeOptions } from '../drawing/compute/engine.js';
import { drawingLoop } from '../drawing/loop.js';
import type { Phase } from '../drawing/phase.js';
import { planDrawing } from '../drawing/plan/drawing-plan.js';
import type { MemoryLimit } from '../drawing/recipe/memory-limit.js';
import { defaultAdam } from '../drawing/recipe/preset.js';
import { InputError } from '../errors.js';
import type { Picture, Size } from '../image/picture.js';
import { pixels } from '../media/pixels/pixels.js';
import type { Network } from '../networks/network.js';
import { channel } from '../objectives/channel.js';
import { smoothness } from '../objectives/smoothness.js';
import { adam } from '../onnx/optimizers/adam.js';
import { cpu } from '../runtime/provider.js';

/** Pixels, from noise round a grey: the same noise every time. */
export const medium = pixels({ start: 'noise', paper: '#808080', lower: 'black', upper: 'white' });

/** As looked at: more iterations bring no other shapes; without smoothness there is grain, and ten times as much leaves little but grey. */
const recipe = { iterations: 64, learningRate: { from: 6, to: 1.2 }, smoothness: 20 };

/** The side of the picture in pixels: room for the field of a position and what is round it. */
const sides = { least: 128, most: 256, fields: 1.5 };

export const likingIterations = recipe.iterations;

export interface Liked {
  readonly picture: Picture;
  /** The mean of the channel's activation over the picture, in the noise that it began with and before the last step. */
  readonly mean: { readonly before: number; readonly after: number };
}

export interface LikingOptions extends Pick<ComputeOptions, 'provider' | 'threads'> {
  readonly memory: MemoryLimit;
  /** What a strong activation of the channel is, above 0: against it smoothness is weighed. */
  readonly strong: number;
  /** The side of a position's field, in pixels. */
  readonly field: number;
  /** The size of a picture that the network can look at in any case. */
  readonly photo: Size;
}

/**
 * Draws it.
 * @param advance is called after each of the {@link likingIterations} with their number; where it gives false, that was the last.
 */
export async function likedBy(
  network: Network,
  layer: string,
  index: number,
  { memory, strong, field, photo, provider = cpu, threads }: LikingOptions,
  advance: (iterations: number) => boolean,
): Promise<Liked> {
  const size = canvasFor(network, layer, field, photo);
  const site = { network, medium, ...size };
  const excited = channel(layer, index, -1 / strong);
  const { iterations, learningRate } = recipe;
  const phase: Phase = {
    label: layer,
    objective: { terms: [excited, smoothness(recipe.smoothness, medium.space)] },
    optimizer: adam(defaultAdam),
    keepOptimizer: false,
    iterations,
    learningRateAt: (iteration) =>
      learningRate.from + (learningRate.to - learningRate.from) * (iteration / (iterations - 1)),
  };
  const phases = [phase];
  const plan = provider.name === 'cpu' ? planDrawing({ site, phases }, memory) : undefined;
  // No goal is made of it.
  const none = new Float32Array(network.space.length * size.height * size.width);
  const means: number[] = [];
  let rgb = new Uint8Array();
  for await (const { frame, losses } of drawingLoop({
    ...site,
    phases,
    tone: 'photo',
    photo: none,
    plan,
    provider,
    threads,
  })) {
    means.push(-strong * losses[excited.name]!);
    rgb = frame as Uint8Array<ArrayBuffer>;
    if (!advance(means.length)) break;
  }
  return { picture: { ...size, rgb }, mean: { before: means[0]!, after: means.at(-1)! } };
}

/** A square where the network can look at one; else, as one of a fixed size can't, the photo's size. */
function canvasFor(network: Network, layer: string, field: number, photo: Size): Size {
  const wanted = 32 * Math.ceil((sides.fields * field) / 32);
  const side = Math.max(sides.least, Math.min(sides.most, wanted), network.smallestSide(layer));
  const square = { width: side, height: side };
  try {
    network.activationShape(layer, square);
    return square;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { width: photo.width, height: photo.height };
  }
}
