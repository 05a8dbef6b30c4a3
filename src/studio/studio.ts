/** The studio: photos come in, drawings are made one after the other, and those that were made are kept. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lock } from '../downloads/lock.js';
import { InputError, messageOf } from '../errors.js';
import { removeAbandoned } from '../files/abandoned.js';
import { makeFolders } from '../files/unfinished.js';
import { cantWrite } from '../files/writable.js';
import { readKept } from '../jobs/checkpoint.js';
import {
  type Choices,
  choicesWith,
  type NetworkOutline,
  type OfferedWeights,
  offeredNetwork,
  offeredWeights,
  ownWeights,
  type Preset,
  parsePreset,
  presetNamed,
  quickestFirst,
} from '../jobs/choices.js';
import type { Job } from '../jobs/job.js';
import { JobQueue } from '../jobs/queue.js';
import { checkpointName, fileNames, photoName, StudioDrawing } from './drawing.js';
import { isOver, newFacts } from './facts.js';
import { lockFolder } from './folder-lock.js';
import { jobIn, sampleOf, sheetSize, styleFolder } from './job.js';
import { Bell } from './news.js';
import { checkChosen, type DrawingRequest, type LookRequest } from './requests.js';
import { Sights } from './sights.js';
import { copyPhoto, newId, titleOf, Uploads } from './uploads.js';

type GivenPreset = NonNullable<DrawingRequest['preset']>;

const idPattern = /^[0-9a-f]{18}$/;

export interface StudioOptions {
  /** Where drawings are kept; made where it is missing. */
  readonly folder: string;
  /** The path of a file of weights to choose besides, which is then the default. */
  readonly weights?: string | undefined;
  /** The path of an ONNX file that looks in place of VGG-19, at all photos, and how it takes them. */
  readonly network?: string | undefined;
  readonly preprocess?: Job['preprocess'];
  readonly threads?: number | undefined;
  readonly memory?: number | string | undefined;
}

/** What pages are shown, and what they may do. */
export interface Exhibition {
  readonly bell: Bell;
  readonly drawings: ReadonlyMap<string, StudioDrawing>;
  pause(id: string): void;
  /** With one that is paused, or was broken off and has a checkpoint. @throws InputError where that can't be used. */
  goOn(id: string): void | Promise<void>;
  /** Ends it early, with what there is. */
  stop(id: string): void;
  /** Where photos can be sent in, and drawings made of them. */
  readonly desk?: Desk;
}

export interface Desk {
  readonly uploads: Uploads;
  readonly choices: Choices;
  /** @returns the names of the new drawings. @throws InputError where something asked for will not do. */
  add(request: DrawingRequest): Promise<string[]>;
  readonly sights: Sights;
  /**
   * Looks at the photo of a drawing, at its size and with its weights.
   * @param signal ends it early.
   * @returns what pages are told, see {@link Sights}. @throws InputError where what was asked for will not do, and while something is drawn.
   */
  look(drawing: StudioDrawing, request: LookRequest, signal: AbortSignal): Promise<object>;
  /** Ends a drawing and removes all of it. */
  remove(id: string): Promise<void>;
}

export class Studio implements Exhibition, Desk {
  readonly bell = new Bell();
  readonly drawings = new Map<string, StudioDrawing>();
  readonly desk: Desk = this;
  readonly choices: Choices;
  readonly sights = new Sights();
  readonly #queue = new JobQueue((id, event) => this.drawings.get(id)?.tell(event));

  private constructor(
    private readonly options: StudioOptions,
    readonly uploads: Uploads,
    private readonly lock: Lock,
    private readonly weights: readonly OfferedWeights[],
    private readonly network: NetworkOutline | undefined,
  ) {
    this.choices = choicesWith(weights, network);
  }

  /** @throws InputError where the folder can't be used, or another studio has it open. */
  static async open(options: StudioOptions): Promise<Studio> {
    const { folder } = options;
    const network = await offeredNetwork(options);
    let uploads: Uploads | undefined;
    let lock: Lock | undefined;
    try {
      await makeFolders(folder);
      await removeAbandoned(folder);
      uploads = await Uploads.open(folder);
      lock = await lockFolder(folder);
      const weights = options.network ? ownWeights(options.network) : await offeredWeights(options.weights);
      const studio = new Studio(options, uploads, lock, weights, network);
      for (const name of await readdir(folder)) if (idPattern.test(name)) await studio.#load(name);
      return studio;
    } catch (error) {
      await uploads?.close();
      await lock?.release();
      if (error instanceof InputError) throw error;
      throw new InputError(`${folder} can't be used: ${messageOf(error)}`, { field: 'folder' });
    }
  }

  async add(request: DrawingRequest): Promise<string[]> {
    const weights = this.#weightsNamed(request.weights);
    for (const photo of [...request.photos, ...request.style.map((style) => style.photo)]) this.#photo(photo);
    const presets = request.sheet ? this.#sheetPresets(request) : [request.preset ?? this.#defaultPreset(request)];
    const ids: string[] = [];
    for (const photo of request.photos) {
      const sheet = request.sheet ? newId() : undefined;
      for (const preset of presets) ids.push(await this.#create(photo, preset, weights.source, request, sheet));
    }
    return ids;
  }

  pause(id: string): void {
    this.#queue.pause(id);
  }

  async goOn(id: string): Promise<void> {
    const drawing = this.drawings.get(id);
    if (drawing?.facts.canGoOn) await this.#resume(drawing);
    else this.#queue.goOn(id);
  }

  stop(id: string): void {
    this.#queue.stop(id);
  }

  async remove(id: string): Promise<void> {
    const drawing = this.drawings.get(id);
    if (!drawing) return;
    await this.#queue.cancel(id);
    await drawing.settled();
    this.drawings.delete(id);
    await rm(drawing.folder, { recursive: true, force: true, maxRetries: 5 });
    this.bell.ring();
  }

  look({ facts, folder }: StudioDrawing, request: LookRequest, signal: AbortSignal): Promise<object> {
    const { size: longest, weights, provider } = checkChosen(facts.choices);
    const computing = this.#computing;
    const size = facts.size ? Math.max(facts.size.width, facts.size.height) : longest;
    return this.#queue.between(async (closing) => {
      // Loaded where it is wanted.
      const { sightOf } = await import('../jobs/looking.js');
      const source = this.#weightsNamed(weights).source;
      const ending = AbortSignal.any([signal, closing]);
      const looking = { provider, signal: ending, ...computing };
      return this.sights.keep(await sightOf(join(folder, 'photo'), { ...request, size, weights: source, ...looking }));
    });
  }

  /** Whether something is drawn, or waits to be. */
  get isBusy(): boolean {
    return [...this.drawings.values()].some(({ facts }) => !isOver(facts));
  }

  /** Ends what is being drawn with what there is. */
  async close(): Promise<void> {
    await this.#queue.close();
    await Promise.all([...this.drawings.values()].map((drawing) => drawing.settled()));
    await this.uploads.close();
    await this.lock.release();
  }

  /** What every drawing and every look has from the options. */
  get #computing(): Pick<StudioOptions, 'network' | 'preprocess' | 'threads' | 'memory'> {
    const { network, preprocess, threads, memory } = this.options;
    return { network, preprocess, threads, memory };
  }

  #weightsNamed(given: string): OfferedWeights {
    const weights = this.weights.find(({ name }) => name === given);
    if (!weights) throw new InputError(`there are no weights '${given}' here`, { field: 'weights' });
    return weights;
  }

  #defaultPreset({ style }: DrawingRequest): string {
    const { preset, presetWithStyle } = this.choices.defaults;
    return style.length > 0 ? presetWithStyle : preset;
  }

  #sheetPresets({ style, weights }: DrawingRequest): string[] {
    const isTrained =
      this.weights.some(({ name }) => name === 'pretrained' || name === 'network') &&
      !/^(?:contour|seeded)/.test(weights);
    return quickestFirst(sheetSize, { hasStyle: style.length > 0, isTrained });
  }

  /** A photo that was sent in, or that of a drawing. */
  #photo(id: string): { readonly title: string; readonly path: string; readonly shown: string } {
    const upload = this.uploads.get(id);
    if (upload) return upload;
    const drawing = this.drawings.get(id);
    if (!drawing) throw new InputError('the photo is not here any more; send it in again', { field: 'photos' });
    return { title: drawing.facts.title, path: join(drawing.folder, 'photo'), shown: join(drawing.folder, photoName) };
  }

  async #create(
    photo: string,
    given: GivenPreset,
    weights: string,
    request: DrawingRequest,
    sheet: string | undefined,
  ): Promise<string> {
    const from = this.#photo(photo);
    const { name, preset } = await this.#presetOf(given);
    const id = newId();
    const folder = join(this.options.folder, id);
    try {
      await mkdir(join(folder, 'frames'), { recursive: true });
      await copyPhoto(from, folder);
      await writeFile(join(folder, fileNames.preset), `${JSON.stringify(preset, null, 2)}\n`);
      // Of a sheet only the presets that draw in a style have one.
      const asked = sheet ? sampleOf(request, preset) : request;
      await this.#copyStyles(asked, folder);
      const isOfStrokes = preset.medium?.kind === 'strokes';
      const { photos: _, sheet: __, ...choices } = request;
      const facts = { ...newFacts(id, from.title, name, isOfStrokes), sheet, choices: { ...choices, preset: name } };
      const drawing = new StudioDrawing(facts, folder, () => this.bell.ring());
      await drawing.save();
      this.drawings.set(id, drawing);
      const own = typeof given === 'string' ? given : join(folder, fileNames.preset);
      const inFolder = jobIn(folder, asked, isOfStrokes, { kept: drawing.saveProgress });
      const job = { ...inFolder, title: from.title, weights, ...this.#computing, preset: own };
      // Who has found what they like does not wait for the rest of a sheet.
      this.#queue.add(id, job, { priority: sheet ? 2 : 1 });
      return id;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw cantWrite(folder, 'folder', error);
    }
  }

  /** By its name alone, where it is built in: what a page calls a preset is no path. */
  async #presetOf(given: GivenPreset): Promise<{ readonly name: string; readonly preset: Preset }> {
    if (typeof given !== 'string') {
      const name = titleOf(given.name);
      return { name, preset: parsePreset(given.json, name, this.network) };
    }
    if (!this.choices.presets.some(({ name }) => name === given))
      throw new InputError(`there is no preset '${given}'`, { field: 'preset' });
    return { name: given, preset: await presetNamed(given, this.network) };
  }

  async #copyStyles({ style }: Pick<DrawingRequest, 'style'>, folder: string): Promise<void> {
    for (const [i, { photo }] of style.entries()) {
      const place = styleFolder(folder, i);
      await mkdir(place);
      await copyPhoto(this.#photo(photo), place);
    }
  }

  /** Has a drawing gone on with from its checkpoint, whose preset its file may not say any more. */
  async #resume(drawing: StudioDrawing): Promise<void> {
    const { facts, folder } = drawing;
    const chosen = checkChosen(facts.choices);
    const weights = this.#weightsNamed(chosen.weights).source;
    // At once: whoever presses twice means it once.
    facts.canGoOn = false;
    const { checkpoint, losses } = await readKept(join(folder, checkpointName)).catch((error: unknown) => {
      facts.canGoOn = true;
      throw error;
    });
    const preset = { preset: facts.preset, recipe: checkpoint.recipe.preset };
    const inFolder = jobIn(folder, chosen, facts.isOfStrokes, { resume: true, kept: drawing.saveProgress });
    const job = { ...inFolder, title: facts.title, weights, ...this.#computing };
    drawing.goBackTo(losses);
    this.#queue.add(facts.id, { ...job, ...preset });
  }

  /** What can't be read is left as it is, and not shown. */
  async #load(id: string): Promise<void> {
    const loading = StudioDrawing.load(join(this.options.folder, id), () => this.bell.ring());
    const loaded = await loading.catch(() => undefined);
    if (loaded && isOver(loaded.facts)) this.drawings.set(id, loaded);
  }
}
