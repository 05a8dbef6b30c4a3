/** `vggdraw draw` with several photos: one after the other in one thread, and a line for each. */
import { counted } from '../../counted.js';
import { givenNetwork } from '../../drawing/recipe/index.js';
import { InputError } from '../../errors.js';
import type { JobDone } from '../../jobs/events.js';
import { finishedFiles } from '../../jobs/finished.js';
import { runJob, ThreadPool } from '../../jobs/job.js';
import { oneLine, shownName } from '../../one-line.js';
import { type DrawingStep, drawingView } from '../drawing-view.js';
import { type Failure, failureLines, failureOf } from '../failures.js';
import { Interruption, interrupted } from '../interruption.js';
import { plotLine } from '../plot-report.js';
import { type Preview, previewAbove } from '../preview.js';
import { openProgress, type ProgressView } from '../progress.js';
import { standardStream } from './file-names.js';
import { type Asked, askedFor } from './job.js';
import { photosIn, placed } from './places.js';
import {
  announce,
  doneEvent,
  doneLine,
  iterationEvent,
  secondsSince,
  skippedEvent,
  skippedLine,
  startEvent,
} from './report.js';

/** @param argv as yargs gives them. */
export async function drawMany(argv: Readonly<Record<string, unknown>>): Promise<void> {
  const given = [argv.photo].flat() as string[];
  if (given.includes(standardStream))
    throw new InputError('files are called after photos, and stdin has no name; draw it by itself, and name each file');
  if (argv.output === standardStream)
    throw new InputError('stdout takes one video; name a folder', { field: 'output' });
  const shown = (['view', 'open'] as const).find((field) => argv[field]);
  if (shown !== undefined)
    throw new InputError(
      "it shows one drawing, of a photo and to files that are named; 'vggdraw studio' shows several",
      { field: shown },
    );
  const isAgain = argv.skipExisting === true || argv.resume === true;
  const all = placed(await photosIn(given), argv, isAgain).map((one) => askedFor({ ...argv, ...one }));
  const networkModel = await givenNetwork(all[0]!.job);
  const asked = all.map(({ options, job }) => {
    const remedy = `${job.remedy}, or --skip-existing to leave it`;
    return { options, job: { ...job, networkModel, remedy } };
  });
  await new Batch(asked, argv.debug === true).run();
}

/** A step of the photo at hand. */
interface ManyStep {
  /** Which it is. */
  readonly place: string;
  readonly view: ProgressView<DrawingStep>;
  readonly step: DrawingStep;
}

/** Without lines of its own for the parts of a drawing. */
const manyView: ProgressView<ManyStep> = {
  format: drawingView(false).format,
  describe({ place, view, step }) {
    const described = view.describe(step);
    const state = `${place} | ${described.fields.state}`;
    return { ...described, fields: { state }, line: `${place}: ${described.line}`, part: -1 };
  },
};

/** Photos that a message names at most. */
const mostNamed = 5;

class Batch {
  readonly #started = performance.now();
  readonly #progress;
  readonly #json;
  readonly #toGoOn;
  /** Those with the same reason together: what is wrong with an option is so for all. */
  readonly #failures = new Map<string, { readonly failure: Failure; readonly photos: string[] }>();
  #drawn = 0;
  #skipped = 0;
  #failed = 0;
  #isAnnounced = false;
  #preview: Preview | undefined;
  #isEndedEarly = false;
  /** Whether there is a frame of the photo at hand. */
  #canFinish = false;

  constructor(
    private readonly all: readonly Asked[],
    private readonly isDebug: boolean,
  ) {
    const { quiet, json, noCheckpoint } = all[0]!.options;
    this.#json = json;
    this.#toGoOn = noCheckpoint ? '--skip-existing' : '--resume --overwrite';
    this.#progress = openProgress(quiet, manyView);
  }

  async run(): Promise<void> {
    // One photo leaves nothing to another.
    const pool = this.all.length > 1 ? new ThreadPool() : undefined;
    const interruption = new Interruption(
      () => {
        if (this.#canFinish)
          this.#progress.note('finishing the video of what there is, and no photo more; Ctrl-C again stops at once');
        return this.#canFinish;
      },
      () => this.#conclude(),
    );
    try {
      for (const [i, one] of this.all.entries()) {
        if (interruption.signal.aborted || interruption.isEnding) break;
        await this.#do(one, `${i + 1}/${this.all.length} ${shownName(one.options.photo)}`, interruption, pool);
        this.#canFinish = false;
      }
      if (interruption.isEnding) return;
      this.#conclude();
      interruption.finished();
      if (interruption.signal.aborted) process.exitCode = interrupted;
    } finally {
      await pool?.close();
      await interruption.release();
    }
  }

  async #do(one: Asked, place: string, interruption: Interruption, pool?: ThreadPool): Promise<void> {
    const { options, job } = one;
    const { photo, skipExisting, resume } = options;
    const there = skipExisting || resume ? finishedFiles(job) : undefined;
    if (there) {
      this.#skipped++;
      this.#emit(photo, skippedEvent(there));
      this.#progress.note(`${place}: ${skippedLine(there)}`);
      return;
    }
    try {
      await this.#draw(one, place, interruption, pool);
    } catch (error) {
      if (interruption.isEnding) return;
      this.#failed++;
      const failure = failureOf(error, this.isDebug);
      const alike = this.#failures.get(failure.message) ?? { failure, photos: [] };
      this.#failures.set(failure.message, alike);
      alike.photos.push(photo);
      this.#emit(photo, { event: 'error', message: failure.message });
      this.#progress.note(`${place}: failed`);
      process.exitCode = Math.max(failure.exitCode, Number(process.exitCode ?? 0));
    }
  }

  async #draw({ options, job }: Asked, place: string, interruption: Interruption, pool?: ThreadPool): Promise<void> {
    const { photo, quiet } = options;
    const started = performance.now();
    const view = drawingView(options.exact);
    const advance = (step: DrawingStep) => this.#progress.advance({ place, view, step });
    for await (const event of runJob(job, interruption.signal, pool)) {
      if (interruption.isEnding) return;
      switch (event.kind) {
        case 'preparing':
          advance({ preparing: event.preset });
          break;
        case 'start':
          this.#emit(photo, startEvent(event, options));
          if (!this.#isAnnounced)
            announce(event.drawing, counted(this.all.length, 'photo'), options, this.#progress.note);
          if (!this.#isAnnounced && options.preview && !quiet) this.#preview = await previewAbove(this.#progress);
          this.#isAnnounced = true;
          break;
        case 'frame': {
          this.#canFinish = true;
          const iteration = iterationEvent(event.frame);
          if (iteration) this.#emit(photo, iteration);
          advance(event.frame);
          this.#preview?.offer(event.frame.picture);
          break;
        }
        case 'finishing':
          advance('finishing the video');
          break;
        case 'warning':
          this.#progress.note(`${place}: ${event.text}`);
          if (quiet) process.stderr.write(`vggdraw: ${oneLine(`${photo}: ${event.text}`)}\n`);
          break;
        case 'done':
          await this.#preview?.settle();
          this.#done(photo, place, event, secondsSince(started));
      }
    }
  }

  #done(photo: string, place: string, done: JobDone, seconds: number): void {
    this.#drawn++;
    this.#isEndedEarly = done.endedEarly;
    this.#emit(photo, doneEvent(done, seconds));
    const plot = done.plot ? `; ${plotLine(done.plot)}` : '';
    this.#progress.note(`${place}: ${doneLine(done, seconds)}${plot}`);
  }

  /** Says what has come of all. */
  #conclude(): void {
    const left = this.all.slice(this.#drawn + this.#skipped + this.#failed).map(({ options }) => options.photo);
    const counts = [`${this.#drawn} drawn`, `${this.#skipped} skipped`, `${this.#failed} failed`];
    const seconds = secondsSince(this.#started);
    this.#emit(undefined, {
      event: 'finished',
      ...{ drawn: this.#drawn, skipped: this.#skipped, failed: this.#failed, left, seconds },
    });
    this.#progress.note(`${counts.join(', ')} in ${seconds.toFixed(1)} s`);
    if (left.length > 0) this.#progress.note(`not drawn: ${named(left)}`);
    if (left.length > 0 || this.#isEndedEarly) this.#progress.note(`the same command with ${this.#toGoOn} goes on`);
    this.#progress.stop();
    for (const { failure, photos } of this.#failures.values())
      for (const line of failureLines(failure, this.isDebug, named(photos))) process.stderr.write(`${oneLine(line)}\n`);
  }

  #emit(photo: string | undefined, event: object): void {
    if (this.#json) process.stdout.write(`${JSON.stringify({ ...event, photo })}\n`);
  }
}

function named(photos: readonly string[]): string {
  const shown = photos.slice(0, mostNamed).map(shownName).join(', ');
  return photos.length > mostNamed ? `${shown} and ${photos.length - mostNamed} more` : shown;
}
