/**
 * Draws the frames of a film, one after the other, as if on one sheet: the first from blank paper; of each that follows what has changed in the
 * film is erased and drawn anew, in fewer iterations, and all else stays as it is.
 */
import { withColoursOf } from '../colour/luminance.js';
import { applyTone } from '../colour/tones.js';
import { mediumOf } from '../drawing/compose.js';
import { openPainter } from '../drawing/compute/painter.js';
import { draw } from '../drawing/draw.js';
import type { Frame } from '../drawing/frame.js';
import type { DrawOptions, Preset } from '../drawing/recipe/index.js';
import { canvasSpaceOf } from '../drawing/recipe/preset.js';
import type { SavedState } from '../drawing/state.js';
import { ThreadPool } from '../drawing/thread/pool.js';
import type { Picture } from '../image/picture.js';
import { pixelRedrawing } from '../media/pixels/redrawing.js';
import type { Redrawing } from '../media/redrawing.js';
import { strokeRedrawing } from '../media/strokes/redrawing.js';
import { mapNamed } from '../onnx/named.js';
import { Changes } from './changes.js';
import { laterPreset } from './later-frames.js';

export interface FrameOptions extends Omit<DrawOptions, 'start' | 'resume' | 'checkpoints' | 'canvases' | 'signal'> {
  /** Of each frame after the first one, from one a phase. Default: half of the preset's. */
  readonly iterations?: number | undefined;
  /** Whether each frame is drawn from blank paper, by the preset as it is. */
  readonly fresh: boolean;
}

/** What the next frame begins with. */
export interface Sheet {
  /** As the first frame was drawn, with the paper that it chose. */
  readonly preset: Preset;
  readonly parameters: SavedState['parameters'];
  /** The film as it was when each pixel was drawn the last time, [H, W, 3]. */
  readonly film: Float32Array;
}

export type FrameEvent =
  /** A step on the way to a finished frame. */
  | { readonly kind: 'step'; readonly frame: Frame }
  | {
      readonly kind: 'drawn';
      /** Of the film, and its drawing, in the preset's final tone. */
      readonly film: Picture;
      readonly picture: Picture;
      readonly sheet: Sheet;
    };

/**
 * @param frames of one size, which is that of the drawing.
 * @param sheet what the frame before the first of them has left; without one it is drawn from blank paper.
 * @param signal ends it: a frame that is under way is not finished.
 * @throws InputError as `draw`, and for too few iterations.
 */
export async function* drawFrames(
  frames: AsyncIterable<Picture>,
  { iterations, fresh, ...options }: FrameOptions,
  sheet?: Sheet,
  signal?: AbortSignal,
): AsyncGenerator<FrameEvent, void, void> {
  let latest = sheet;
  const pool = new ThreadPool();
  try {
    for await (const film of frames) {
      if (signal?.aborted) return;
      const before = fresh ? undefined : latest;
      const redrawing = before && redrawingOf(before.preset);
      const changes = before && new Changes(film, before.film);
      const there = changes?.of(film);
      const erased = before && redrawing!.erased(valuesOf(before.parameters), there!, film);
      const start = before && mapNamed(before.parameters, ({ shape }, name) => ({ shape, values: erased![name]! }));
      const preset = before ? laterPreset(before.preset, iterations) : (latest?.preset ?? options.preset);
      const given = { ...options, preset, start, size: Math.max(film.width, film.height) };
      let last: Frame | undefined;
      // A checkpoint of the last iteration alone.
      for await (const frame of draw(film, { ...given, checkpoints: Number.MAX_VALUE, signal }, pool)) {
        if (signal?.aborted) return;
        last = frame;
        yield { kind: 'step', frame };
      }
      const { state, recipe } = last!.checkpoint!;
      const drawn = valuesOf(state.parameters);
      const values = before ? redrawing!.settled(valuesOf(before.parameters), drawn, there!, film) : drawn;
      changes?.redrawn(film, there!);
      latest = {
        preset: before?.preset ?? recipe.preset,
        parameters: mapNamed(state.parameters, ({ shape }, name) => ({ shape, values: values[name]! })),
        film: changes?.drawn ?? Float32Array.from(film.rgb),
      };
      yield { kind: 'drawn', film, picture: await shown(film, last!.drawing.preset, values, options), sheet: latest };
    }
  } finally {
    await pool.close();
  }
}

const valuesOf = (parameters: SavedState['parameters']) => mapNamed(parameters, ({ values }) => values);

const redrawingOf = ({ canvas, medium }: Preset): Redrawing =>
  medium?.kind === 'strokes' ? strokeRedrawing : pixelRedrawing(canvas);

/** @param preset as it is drawn. */
async function shown(
  film: Picture,
  preset: Preset,
  parameters: ReturnType<typeof valuesOf>,
  { keepColours = false }: Pick<DrawOptions, 'keepColours'>,
): Promise<Picture> {
  const painter = await openPainter(mediumOf(preset), film);
  const rgb = applyTone(await painter.canvasOf(parameters), preset.finalTone, canvasSpaceOf(preset));
  await painter.release();
  return { width: film.width, height: film.height, rgb: keepColours ? withColoursOf(film.rgb, rgb) : rgb };
}
