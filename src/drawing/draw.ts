/** Drawing a photo: the library's way in. */
import { InputError } from '../errors.js';
import { fittedSize } from '../image/fitted-size.js';
import { openPhoto, type Photo } from '../image/photo.js';
import type { Picture } from '../image/picture.js';
import { defaultNetwork } from '../networks/index.js';
import { deepestOf } from '../networks/network.js';
import { type Provider, parseProviders, providerLabel } from '../runtime/provider.js';
import { type ChosenProvider, chooseProvider } from '../runtime/providers/choose.js';
import { memoryLimit } from './recipe/memory-limit.js';
import { checkOptions, type DrawOptions } from './recipe/options.js';
import type { Preset } from './recipe/preset.js';
import { iterationsOf, layersOf } from './recipe/schedule.js';
import type { FrameIteration } from './thread/messages.js';
import { DrawingThread } from './thread/thread.js';

/** What is known of a drawing from its first frame on. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly preset: Preset;
  /** Where the weights came from: `seeded:1`, for instance. */
  readonly weights: string;
  /** The provider that computes: `cpu`, `cuda:1`. */
  readonly provider: string;
  /** Providers that were asked for before it, and why they cannot be used. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
  /** Frames of the whole drawing: the blank paper and one per iteration. */
  readonly frames: number;
}

/** The canvas at one moment. */
export interface Frame {
  /** 0 is the blank paper, k the canvas after k iterations. */
  readonly index: number;
  /** What it looks like in the preset's tone. */
  readonly picture: Picture;
  /**
   * Its values in network space, float32[3, H, W], which `applyTone` shows in any tone. In the last frame, and in every one
   * where {@link DrawOptions.canvases} asks for it.
   */
  readonly canvas: Float32Array | undefined;
  /** The iteration it came out of; undefined for the blank paper. */
  readonly iteration: FrameIteration | undefined;
  readonly drawing: Drawing;
}

/**
 * Draws a photo from blank paper and yields every frame as it is made, the blank paper first. The work is done in a thread of
 * its own, which waits when frames are not taken. Leaving the loop early ends the drawing.
 * @param photo a picture, or the path of one.
 * @throws InputError where an option, the photo, the preset or the weights are at fault: it names which.
 */
export async function* draw(photo: Picture | string, options: DrawOptions = {}): AsyncGenerator<Frame, void, void> {
  const { signal, size: longest, provider, ...rest } = await checkOptions(options);
  const { preset, weights, threads, memory, exact, canvases } = rest;
  const choice = parseProviders(provider);
  // First of all: what follows is done while the thread starts and loads the weights.
  const thread = new DrawingThread({ preset, weights, threads, exact, canvases });
  const stop = () => thread.stop();
  try {
    const choosing = chooseProvider(choice);
    // That nothing fits is said when the photo is there.
    choosing.catch(() => {});
    const opened = typeof photo === 'string' ? await openPhoto(photo) : checkPicture(photo);
    const size = fittedSize(opened, longest);
    const { width, height } = size;
    checkSides(width, height, preset);
    const preparing = choosing.then((chosen) => {
      checkKeeps(chosen.provider, memory);
      const photoPixels = opened.width * opened.height;
      thread.prepare({ ...size, photoPixels, provider: chosen.provider, memory: memoryLimit(memory) });
      return chosen;
    });
    preparing.catch(() => {});
    const { rgb } = await fitPhoto(opened, longest);
    const chosen = await preparing;
    thread.draw(rgb);
    // Not before there is a photo: the first iteration is drawn in any case.
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let drawing: Drawing | undefined;
    let index = 0;
    for await (const result of thread.results()) {
      if (result.kind === 'start') {
        const frames = 1 + iterationsOf(preset);
        drawing = { width, height, preset, weights: result.weights, ...labelled(chosen), frames };
      } else {
        const { canvas, iteration } = result;
        yield { index, picture: { width, height, rgb: result.rgb }, canvas, iteration, drawing: drawing! };
        index++;
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.end();
  }
}

const labelled = ({ provider, passedOver }: ChosenProvider): Pick<Drawing, 'provider' | 'passedOver'> => ({
  provider: providerLabel(provider),
  passedOver: passedOver.map((other) => ({ provider: providerLabel(other.provider), reason: other.reason })),
});

/** The photo at the size it is drawn at. */
async function fitPhoto(photo: Photo | Picture, size: number): Promise<Picture> {
  const picture = 'decode' in photo ? await photo.decode() : photo;
  // Loaded only now: the thread should not wait for it.
  const { fitLongestSide } = await import('../image/resize.js');
  return fitLongestSide(picture, size);
}

/** @throws InputError where a limit is given that the provider does not keep to. */
function checkKeeps(provider: Provider, memory: number | undefined): void {
  if (memory === undefined || provider.name === 'cpu') return;
  throw new InputError(`only drawings on the CPU keep to it, not on ${providerLabel(provider)}`, { field: 'memory' });
}

function checkPicture(picture: Picture): Picture {
  const { width, height, rgb } = picture;
  if (rgb.length === 3 * width * height) return picture;
  throw new InputError(`${rgb.length} bytes are not ${width}×${height} pixels of 3; give [height, width, 3]`, {
    field: 'photo',
  });
}

/** @throws InputError where a side is too short for the pools on the way to the preset's deepest layer. */
function checkSides(width: number, height: number, preset: Preset): void {
  const deepest = deepestOf(defaultNetwork, layersOf(preset));
  const least = defaultNetwork.smallestSide(deepest);
  if (Math.min(width, height) >= least) return;
  throw new InputError(
    `the picture is ${width}×${height} pixels when drawn, but ${deepest} needs ${least} on each side; ` +
      'choose a larger size or photo, or a preset with shallower layers',
  );
}
