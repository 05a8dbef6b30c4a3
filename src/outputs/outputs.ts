/** The files of a drawing: video, finished picture, frames. Each appears under its name when it is whole, or not at all. */
import { InputError, messageOf } from '../errors.js';
import { makeFolders, removeMadeFolders } from '../files/unfinished.js';
import { cantWrite } from '../files/writable.js';
import { encodeStill } from '../image/encode-still.js';
import { scaledSize } from '../image/fitted-size.js';
import type { Picture, Size } from '../image/picture.js';
import { stillFormatOf } from '../image/still-formats.js';
import { shownName } from '../one-line.js';
import { drawnBy } from './about.js';
import { checkRoom, foldersOf } from './checks.js';
import { openFrameFolder } from './frames.js';
import type { LossPlotOptions } from './loss-plot.js';
import type { Finished, Output, OutputPaths } from './output.js';
import type { SheetOptions } from './sheet.js';
import { openStrokeOutputs, type StrokeOutputsOptions } from './strokes.js';
import { keepsFrames, openTimeLapse, type TimeLapseOptions } from './time-lapse.js';
import { openWhole } from './whole.js';

export interface OutputsOptions extends StrokeOutputsOptions, TimeLapseOptions, SheetOptions, LossPlotOptions {
  /** How the frames of the drawing become those of the video. */
  readonly pace: TimeLapseOptions['pace'];
  /** Longest side of the finished picture in pixels, of strokes alone. Default: that of the drawing. */
  readonly stillSize?: number | undefined;
  /** Says to the person what they have to know at once. */
  readonly warn: (text: string) => void;
}

/** Which names the files got. */
export type Written = Partial<Record<keyof OutputPaths, string>>;

export class Outputs {
  readonly #failures: unknown[] = [];

  private constructor(
    private living: readonly Output[],
    private readonly warn: (text: string) => void,
  ) {}

  /**
   * Starts the files, in folders that are made where they are missing.
   * @throws InputError where ffmpeg can't be started, or there is no room for what will be written.
   */
  static async open(paths: OutputPaths, options: OutputsOptions): Promise<Outputs> {
    const { output, still, frames, sheet, plot } = paths;
    const { width, height, pace, replayPace, stillSize, overwrite, warn } = options;
    const opened: Output[] = [];
    try {
      for (const { folder, field } of foldersOf(paths)) {
        await makeFolders(folder, { whileEmpty: true }).catch((error: unknown) => {
          throw cantWrite(folder, field, error);
        });
      }
      const sized =
        stillSize === undefined ? undefined : scaledSize({ width, height }, stillSize / Math.max(width, height));
      const counts = {
        frames: pace.drawn,
        shown: pace.shown,
        replayed: replayPace.shown,
        isKept: keepsFrames(options.course),
      };
      await checkRoom(paths, { width, height, ...counts, sized });
      if (output !== undefined) opened.push(await openTimeLapse(output, options));
      if (still !== undefined) opened.push(openStill(still, sized, options));
      if (sheet !== undefined) opened.push((await import('./sheet.js')).openSheet(sheet, options));
      if (plot !== undefined) opened.push((await import('./loss-plot.js')).openLossPlot(plot, options));
      if (frames !== undefined) opened.push(openFrameFolder(frames, overwrite));
      opened.push(...(await openStrokeOutputs(paths, options)));
    } catch (error) {
      await new Outputs(opened, warn).discard();
      throw error;
    }
    return new Outputs(opened, warn);
  }

  /**
   * Adds a frame; resolves when the next one may come. A file that can't be written any more is given up, and the others go on.
   * @throws InputError where none is left.
   */
  async add(picture: Picture): Promise<void> {
    const failures = await this.#each((one) => one.add(picture));
    if (failures.length === 0) return;
    if (this.living.length === 0 || !this.#failures.every((error) => error instanceof InputError))
      throw this.#failure({});
    for (const error of failures) this.warn(`${messageOf(error)}; the drawing goes on without it`);
  }

  /**
   * Completes every file and gives it its name.
   * @returns the names.
   * @throws InputError where a file failed, now or before: which, and which of the others are there.
   */
  async finish(finished: Finished): Promise<Written> {
    await this.#each((one) => one.finish(finished));
    const written: Written = {};
    await this.#each(async (one) => {
      const name = await one.commit();
      written[one.field] = name;
      if (name === one.path) return;
      this.warn(`${shownName(one.path)} has been taken meanwhile: what was drawn is ${shownName(name)}`);
    });
    if (this.#failures.length > 0) throw this.#failure(written);
    return written;
  }

  /** Removes what was not finished; harmless after `finish`. */
  async discard(): Promise<void> {
    await Promise.all(this.living.map((one) => one.discard()));
    removeMadeFolders();
  }

  /** Has each do a step, and gives up those in which it fails. @returns what went wrong. */
  async #each(step: (one: Output) => Promise<void>): Promise<unknown[]> {
    const results = await Promise.allSettled(this.living.map(step));
    const failed = this.living.filter((_, i) => results[i]!.status === 'rejected');
    const failures = results.flatMap((result, i) => {
      if (result.status === 'fulfilled') return [];
      const { path, field } = this.living[i]!;
      return [cantWrite(path, field, result.reason)];
    });
    this.living = this.living.filter((one) => !failed.includes(one));
    this.#failures.push(...failures);
    await Promise.allSettled(failed.map((one) => one.discard()));
    return failures;
  }

  /** All that went wrong as one error, which says what is there all the same. */
  #failure(written: Written): unknown {
    const fault = this.#failures.find((error) => !(error instanceof InputError));
    if (fault) return fault;
    const [first, ...others] = this.#failures as InputError[];
    const more = others.map(({ message }) => message);
    const kept = Object.values(written);
    const rest = kept.length === 0 ? [] : [`${kept.join(' and ')} ${kept.length === 1 ? 'is' : 'are'} whole`];
    return new InputError([first!.reason, ...more, ...rest].join('; '), { field: first!.field, cause: first });
  }
}

/** @param sized its size, where that is not the drawing's and it is one of strokes. */
const openStill = (path: string, sized: Size | undefined, { about, overwrite }: OutputsOptions): Output =>
  openWhole('still', path, overwrite, async ({ picture, strokes }) => {
    const format = stillFormatOf(path)!;
    if (!sized) return encodeStill(format, picture, [picture], drawnBy(about, picture));
    const { renderBands } = await import('../media/strokes/render.js');
    return encodeStill(format, sized, renderBands(strokes!, sized), drawnBy(about, sized));
  });
