/**
 * Draws the frames of a film, one after the other, as if on one sheet: the first from blank paper; of each that follows what has changed in the
 * film is erased and drawn anew, in fewer iterations, and all else stays as it is. Where nothing has, nothing is drawn.
 */
import { withColoursOf } from '../colour/luminance.js';
import { applyTone } from '../colour/tones.js';
import { mediumOf } from '../drawing/compose.js';
import { openPainter } from '../drawing/compute/painter.js';
import { draw } from '../drawing/draw.js';
import type { Frame } from '../drawing/frame.js';
import type { DrawOptions, Preset } from '../drawing/recipe/index.js';
import { canvasSpaceOf } from '../drawing/recipe/preset.js';
import { inShades } from '../drawing/recipe/style.js';
import type { SavedState } from '../drawing/state.js';
import { ThreadPool } from '../drawing/thread/pool.js';
import type { Picture, Size } from '../image/picture.js';
import { pixelRedrawing } from '../media/pixels/redrawing.js';
import { strokeRedrawing } from '../media/strokes/redrawing.js';
import { mapNamed, type Named } from '../onnx/named.js';
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
  /** The source of the weights that it was drawn with, where they have a name. */
  readonly weights?: string | undefined;
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
 * @param more `signal` ends it: a frame that is under way is not finished. `pool` is where threads come from, and go.
 * @throws InputError as `draw`, and for too few iterations.
 */
export async function* drawFrames(
  frames: AsyncIterable<Picture>,
  { iterations, fresh, ...options }: FrameOptions,
  sheet?: Sheet,
  { signal, pool: given }: { readonly signal?: AbortSignal | undefined; readonly pool?: ThreadPool } = {},
): AsyncGenerator<FrameEvent, void, void> {
  let latest = sheet;
  const pool = given ?? new ThreadPool();
  try {
    for await (const film of frames) {
      const changes = latest && !fresh ? new Changes(film, latest.film) : undefined;
      const there = changes?.of(film);
      if (!latest || fresh || there!.some((share) => share > 0)) {
        if (signal?.aborted) return;
        const drawing = latest && !fresh ? redrawing(latest, there!, film, { iterations, ...options }) : undefined;
        const preset = drawing?.preset ?? latest?.preset ?? options.preset;
        const weights = latest?.weights ?? options.weights;
        const drawn = {
          ...options,
          preset,
          weights,
          start: drawing?.start,
          size: Math.max(film.width, film.height),
          signal,
        };
        let last: Frame | undefined;
        // A checkpoint of the last iteration alone.
        for await (const frame of draw(film, { ...drawn, checkpoints: Number.MAX_VALUE }, pool)) {
          if (signal?.aborted) return;
          last = frame;
          yield { kind: 'step', frame };
        }
        changes?.redrawn(film, there!);
        const { state, recipe } = last!.checkpoint!;
        latest = {
          preset: latest?.preset ?? recipe.preset,
          weights: recipe.weights,
          parameters: drawing?.settled(state.parameters) ?? state.parameters,
          film: changes?.drawn ?? Float32Array.from(film.rgb),
        };
      }
      yield { kind: 'drawn', film, picture: await shown(film, latest, options), sheet: latest };
    }
  } finally {
    if (!given) await pool.close();
  }
}

/** How a frame is drawn on the sheet of the one before. */
function redrawing(
  { preset, parameters }: Sheet,
  there: Float32Array,
  size: Size,
  { iterations, ...options }: Pick<FrameOptions, 'iterations' | 'keepColours'>,
) {
  const { canvas, medium } = asDrawn(preset, options);
  const { erased, settled } = medium?.kind === 'strokes' ? strokeRedrawing : pixelRedrawing(canvas);
  const before = mapNamed(parameters, ({ values }) => values);
  const saved = (values: Named<Float32Array>) =>
    mapNamed(parameters, ({ shape }, name) => ({ shape, values: values[name]! }));
  return {
    preset: laterPreset(preset, iterations),
    start: saved(erased(before, there, size)),
    settled: (after: Sheet['parameters']) =>
      saved(
        settled(
          before,
          mapNamed(after, ({ values }) => values),
          there,
          size,
        ),
      ),
  };
}

async function shown(
  film: Picture,
  { preset: stated, parameters }: Sheet,
  options: Pick<FrameOptions, 'keepColours'>,
): Promise<Picture> {
  const preset = asDrawn(stated, options);
  const painter = await openPainter(mediumOf(preset), film);
  const canvas = await painter.canvasOf(mapNamed(parameters, ({ values }) => values));
  await painter.release();
  const rgb = applyTone(canvas, preset.finalTone, canvasSpaceOf(preset));
  return { width: film.width, height: film.height, rgb: options.keepColours ? withColoursOf(film.rgb, rgb) : rgb };
}

/** The preset, which is one of light and shade alone where the film keeps its colours. */
const asDrawn = (preset: Preset, { keepColours = false }: Pick<FrameOptions, 'keepColours'>): Preset =>
  keepColours ? inShades(preset) : preset;
