/** One drawing that pages show: what is known of it, and its files. It hears of everything that happens to its job. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError, messageOf } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { writeWhole } from '../files/unfinished.js';
import { isAt } from '../jobs/checkpoint.js';
import type { JobEvent } from '../jobs/events.js';
import type { QueueEvent } from '../jobs/queue.js';
import { Remaining } from '../jobs/remaining.js';
import type { Strokes } from '../media/strokes/strokes.js';
import { type Facts, type FileKind, factsSchema, fileKinds, isOver } from './facts.js';
import { FrameRecorder } from './frame-recorder.js';
import { strokesFromJson, strokesToJson } from './kept-strokes.js';

/** The names of its files in its folder, where it has one of its own. */
export const fileNames: Readonly<Record<FileKind, string>> = {
  output: 'drawing.mp4',
  still: 'drawing.png',
  sheet: 'sheet.jpg',
  plot: 'loss.svg',
  svg: 'drawing.svg',
  svgAnimated: 'drawing-animated.svg',
  replay: 'replay.mp4',
  steps: 'steps.pdf',
  preset: 'preset.json',
};
/** The photo, as large as a page shows it. */
export const photoName = 'photo.jpg';
/** What it goes on from, until it is finished. */
export const checkpointName = 'drawing.checkpoint';
const factsName = 'drawing.json';
const strokesName = 'strokes.json';

type FrameEvent = Extract<JobEvent, { kind: 'frame' }>;

export class StudioDrawing {
  readonly recorder: FrameRecorder;
  /** Grows with each change. */
  revision = 1;
  readonly #paths = new Map<FileKind, string>();
  readonly #remaining = new Remaining(false);
  #strokes: Strokes | undefined;
  /** When it was last begun or gone on with, in milliseconds; undefined where nothing is done. */
  #since: number | undefined;
  #pausedAt: number | undefined;
  #frames = 1;
  #settled: Promise<void> = Promise.resolve();
  #saving: Promise<void> = Promise.resolve();

  /**
   * @param folder where its frames, strokes and facts lie.
   * @param onChange is called after each change.
   * @param photo makes what a page shows of its photo, and says where that is. Default: it lies in the folder.
   */
  constructor(
    readonly facts: Facts,
    readonly folder: string,
    private readonly onChange: () => void,
    readonly photo: () => Promise<string> = async () => join(folder, photoName),
  ) {
    this.recorder = new FrameRecorder(join(folder, 'frames'), (index) => this.#change({ frame: index }));
  }

  /** One that lies in a folder, whoever has put it there. @throws Error where it can't be read. */
  static async load(folder: string, onChange: () => void): Promise<StudioDrawing> {
    await removeAbandoned(folder);
    const facts = factsSchema.parse(JSON.parse(await readFile(join(folder, factsName), 'utf8')));
    const drawing = new StudioDrawing(facts, folder, onChange);
    await drawing.recorder.restore();
    facts.frame = drawing.recorder.last;
    if (!isOver(facts)) {
      facts.state = 'failed';
      facts.message = 'the studio ended before it was finished';
    }
    facts.canGoOn = isAt(join(folder, checkpointName));
    await drawing.#find(Object.fromEntries(fileKinds.map((kind) => [kind, join(folder, fileNames[kind])])));
    return drawing;
  }

  /** The path of one of its files; undefined where there is none. */
  pathOf(kind: FileKind): string | undefined {
    return this.#paths.get(kind);
  }

  /** Its strokes when it was finished. */
  async strokes(): Promise<Strokes | undefined> {
    return this.facts.hasStrokes ? strokesFromJson(await readFile(join(this.folder, strokesName), 'utf8')) : undefined;
  }

  /** Resolves when nothing of it is being written. */
  async settled(): Promise<void> {
    await this.recorder.settled();
    await this.#settled;
    await this.#saving.catch(() => {});
  }

  /** Writes what is known of it, whole: later calls later. */
  save(): Promise<void> {
    const write = () => writeWhole(join(this.folder, factsName), `${JSON.stringify(this.facts)}\n`);
    this.#saving = this.#saving.then(write, write);
    return this.#saving;
  }

  /** What is known on its way, for whoever finds it broken off. The drawing itself does not hang on that. */
  readonly saveProgress = (): Promise<void> => this.save().catch(() => {});

  /** It is to go on from a checkpoint. @param losses of the iterations that are done there. */
  goBackTo(losses: readonly number[]): void {
    const index = losses.length;
    this.recorder.forgetAfter(index);
    this.#paths.clear();
    const reached = { losses: [...losses], index, frame: this.recorder.last };
    this.#change({ ...reached, files: {}, finished: undefined, hasStrokes: false, message: undefined, notes: [] });
  }

  tell(event: QueueEvent): void {
    switch (event.kind) {
      case 'waiting':
        this.#change({ state: 'waiting' });
        break;
      case 'active':
        this.#since = performance.now();
        if (this.#pausedAt !== undefined) this.#remaining.skip(this.#since - this.#pausedAt);
        this.#pausedAt = undefined;
        this.#change({ state: this.facts.index > 0 ? 'drawing' : 'preparing' });
        break;
      case 'paused':
        this.#rest();
        this.#pausedAt = performance.now();
        this.#change({ state: 'paused', secondsLeft: this.#remaining.seconds });
        break;
      case 'preparing': {
        const phases = event.preset.phases.map(({ layer, layers = {}, iterations }) => ({
          layers: layer ?? Object.keys(layers).join(', '),
          iterations,
        }));
        this.#change({ phases, isOfStrokes: event.preset.medium?.kind === 'strokes' });
        break;
      }
      case 'start': {
        const { width, height, weights, provider, frames, passedOver } = event.drawing;
        this.#frames = frames;
        const notes = passedOver.map((other) => `${other.provider} was passed over: ${other.reason}`);
        this.#change({ size: { width, height }, weights, provider, notes: [...this.facts.notes, ...notes] });
        void this.saveProgress();
        break;
      }
      case 'frame':
        this.#frame(event);
        break;
      case 'finishing':
        this.#change({ state: 'finishing', secondsLeft: 0 });
        break;
      case 'warning':
        this.#change({ notes: [...this.facts.notes, event.text] });
        break;
      case 'done': {
        const { frames: _, ...written } = event.written;
        // That of a plotter is a page, and not the drawing.
        const isStill = written.still !== undefined;
        const isSvg = written.svg !== undefined && !event.plot;
        this.#end({ state: 'done', finished: isSvg ? 'svg' : isStill ? 'still' : undefined }, written);
        break;
      }
      case 'cancelled':
        this.#end({ state: 'cancelled' });
        break;
      case 'failed': {
        const { error } = event;
        const isInput = error instanceof InputError;
        this.#end({
          state: 'failed',
          message: isInput ? error.message : `a fault of vggdraw: ${messageOf(error)}`,
        });
        break;
      }
    }
  }

  #frame({ frame }: FrameEvent): void {
    const { index, picture, iteration, strokes, canvas } = frame;
    // The last one has its canvas, and where it was ended early it is not the last of all.
    this.recorder.add(index, picture, canvas ? index + 1 : this.#frames);
    if (canvas) this.#strokes = strokes;
    if (!iteration) {
      this.#change({});
      return;
    }
    this.#remaining.add(frame);
    this.facts.losses.push(iteration.loss);
    const isPaused = this.facts.state === 'paused' || this.facts.state === 'waiting';
    this.#change({
      ...(isPaused ? {} : { state: 'drawing' as const, secondsLeft: this.#remaining.seconds }),
      index,
      seconds: this.#seconds(),
      memory: process.memoryUsage.rss(),
    });
  }

  #end(facts: Partial<Facts>, written: Partial<Record<FileKind, string>> = {}): void {
    this.#rest();
    this.#settled = this.#conclude(facts, written).catch(() => {});
  }

  /** Before it counts as over all that is kept of it is there. */
  async #conclude(facts: Partial<Facts>, written: Partial<Record<FileKind, string>>): Promise<void> {
    await this.recorder.settled();
    const hasStrokes = this.#strokes !== undefined && this.#strokes.width.length > 0;
    try {
      if (hasStrokes) await writeFile(join(this.folder, strokesName), strokesToJson(this.#strokes!));
      await this.#find({ preset: join(this.folder, fileNames.preset), ...written });
    } finally {
      this.#strokes = undefined;
      const canGoOn = isAt(join(this.folder, checkpointName));
      this.#change({ ...facts, hasStrokes, canGoOn, secondsLeft: undefined, memory: undefined });
    }
    await this.save();
  }

  async #find(paths: Partial<Record<FileKind, string>>): Promise<void> {
    this.facts.files = {};
    for (const kind of fileKinds) {
      const path = paths[kind];
      const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
      if (!found?.isFile()) continue;
      this.#paths.set(kind, path!);
      this.facts.files[kind] = found.size;
    }
  }

  /** Seconds that it has taken so far. */
  #seconds(): number {
    const now = performance.now();
    const more = this.#since === undefined ? 0 : (now - this.#since) / 1000;
    if (this.#since !== undefined) this.#since = now;
    return this.facts.seconds + more;
  }

  #rest(): void {
    this.facts.seconds = this.#seconds();
    this.#since = undefined;
  }

  #change(facts: Partial<Record<keyof Facts, unknown>>): void {
    Object.assign(this.facts, facts);
    this.revision++;
    this.onChange();
  }
}
