/** Photos as jobs of a farm: one each, with all that a worker needs in the store before it can be taken. */
import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, parse, resolve } from 'node:path';
import { memoryEstimate } from '../drawing/plan/memory-needed.js';
import {
  type CheckedOptions,
  checkOptions,
  type DrawOptions,
  layersOf,
  needsStrokes,
} from '../drawing/recipe/index.js';
import { findPreset } from '../drawing/recipe/presets.js';
import { InputError } from '../errors.js';
import type { PhotoSource } from '../image/source.js';
import { checkLooks } from '../jobs/job.js';
import { checkVideo } from '../jobs/video.js';
import type { VideoChoice } from '../jobs/video-choice.js';
import type { SvgStyle } from '../media/strokes/svg-styles.js';
import { openNetwork, originOfWeights, readNetwork } from '../networks/index.js';
import { shownName } from '../one-line.js';
import { strokeFields } from '../outputs/strokes.js';
import type { PlotOptions } from '../plotting/options.js';
import { version } from '../version.js';
import { keepBytes, keepFile } from './blobs.js';
import { checkJob, type FarmJob, type GivenJob, idOf, made, type OutputKind, outputPathsOf } from './job-data.js';
import type { FarmQueue, NewJob, State } from './queue/farm-queue.js';
import { type AskedProvider, askedProviders, classOf, memoryClasses } from './queue/memory-classes.js';
import { keys, type Store } from './store/store.js';

/** How photos are drawn: as a single one is, but for the names of files. */
export interface AddOptions
  extends Pick<
      DrawOptions,
      'strokes' | 'preprocess' | 'threads' | 'exact' | 'styleSize' | 'styleWeight' | 'keepColours'
    >,
    VideoChoice {
  readonly preset: string;
  readonly size: number;
  readonly weights: string;
  /** The path of an ONNX file. */
  readonly network?: string | undefined;
  readonly style: readonly { readonly picture: string; readonly weight: number }[];
  /** `auto` is any. */
  readonly provider: string;
  /** Bytes. Default: what is enough for each. */
  readonly memory?: number | undefined;
  readonly outputs: readonly OutputKind[];
  readonly stillSize?: number | undefined;
  readonly svgStyle?: SvgStyle | undefined;
  readonly plot?: PlotOptions | undefined;
}

/** What has become of a photo: it is in the queue now, it was there, or is done; or why it can't be. */
export type Added =
  | {
      readonly photo: string;
      readonly id: string;
      readonly state: State | 'added';
      /** Why it has failed, where it has, and is not tried again. */
      readonly reason?: string | undefined;
      readonly need: NewJob['need'];
    }
  | { readonly photo: string; readonly error: InputError };

/** How many photos are put into the queue at once, and how many of them are looked at, and in memory, at a time. */
const batch = { queued: 96, read: 16 };

/** A photo that can be added, or why it can't. */
type Prepared = (NewJob & { readonly photo: string }) | { readonly photo: string; readonly error: InputError };

/**
 * Adds photos, some at a time. One that will not do is told of, and the others go on.
 * @throws InputError for options that will not do, before anything is added.
 */
export async function* addPhotos(
  photos: readonly string[],
  options: AddOptions,
  { store, queue }: { readonly store: Store; readonly queue: FarmQueue },
): AsyncGenerator<Added, void, void> {
  const { common, memoryFor } = await prepare(options, store);
  const prepared = async (photo: string): Promise<Prepared> => {
    try {
      const memory = await memoryFor(photo);
      const digest = await keepBytes(store, await readFile(photo));
      const job = checkJob({ ...common, name: calledLike(parse(photo).name), photo: digest, memory });
      const need = { provider: job.provider, memory: classOf(memory) };
      return { photo, id: idOf(job), need, data: job };
    } catch (error) {
      if (error instanceof InputError) return { photo, error };
      throw error;
    }
  };
  for (const photosQueued of inParts(photos, batch.queued)) {
    const some: Prepared[] = [];
    for (const read of inParts(photosQueued, batch.read)) some.push(...(await Promise.all(read.map(prepared))));
    const jobs = new Map(some.flatMap((one) => ('error' in one ? [] : [[one.id, one] as const])));
    const known = new Map(
      await Promise.all(
        [...jobs.values()].map(
          async (job) => [job.id, (await knownOf(job, store, queue)) ?? { state: 'added' as const }] as const,
        ),
      ),
    );
    await queue.add([...jobs.values()].filter(({ id }) => known.get(id)!.state === 'added'));
    for (const one of some) {
      if ('error' in one) {
        yield one;
        continue;
      }
      const { photo, id, need } = one;
      const before = known.get(id)!;
      yield { photo, id, need, ...before };
      // For the same photo once more.
      if (before.state === 'added') known.set(id, { state: 'waiting' });
    }
  }
}

const inParts = <T>(list: readonly T[], length: number): (readonly T[])[] =>
  Array.from({ length: Math.ceil(list.length / length) }, (_, i) => list.slice(i * length, (i + 1) * length));

/** What is known of a job that is to be added, and why it has failed. */
interface Known {
  readonly state: State | 'added';
  readonly reason?: string | undefined;
}

/**
 * What is known of a job that is to be added; undefined where it has to be. One that has failed by its own fault is forgotten, and so tried again:
 * what it lacked is in the store now. One that is set aside stays so, because workers may have died of it.
 */
export async function knownOf(job: NewJob, store: Store, queue: FarmQueue): Promise<Known | undefined> {
  const state = await stateOf(job, store, queue);
  if (state !== 'failed') return state && { state };
  const [failed] = await queue.read([{ ...job, state }]);
  if (failed?.isSetAside) return { state, reason: failed.reason };
  await queue.forget(job);
  return undefined;
}

/** What is known of a job: of one that is done the store knows. */
export async function stateOf(job: NewJob, store: Store, queue: FarmQueue): Promise<State | undefined> {
  if (await store.has(keys.report(job.id))) return 'done';
  const state = await queue.stateOf(job);
  if (state !== 'done') return state;
  // Its drawing has been removed from the store.
  await queue.forget(job);
  return undefined;
}

/** A file's name, as far as one can have it anywhere. */
const calledLike = (path: string): string =>
  basename(path)
    .replace(/[/\\\p{Cc}]/gu, '_')
    .slice(-240);

/** What is called the photo. */
export const nameOf = (photo: string): string => calledLike(parse(photo).name);

/** What says how a photo is drawn, without what is made of it: as `draw` takes it. */
export function drawingIn(options: AddOptions) {
  const { outputs, stillSize, svgStyle, plot, memory, ...others } = options;
  const { fps, seconds, hold, reverse, loop, beside, portrait, square, ...drawn } = others;
  return drawn;
}

/** What says how much memory a photo's worker has to have. @param given where that is what there is to be enough. */
export const memoryFrom = (checked: CheckedOptions, given: number | undefined) =>
  memoryEstimate(checked, given === undefined ? memoryClasses : [given]);

/** What is the same for all photos. */
type Common = Omit<GivenJob, 'photo' | 'name' | 'memory'>;

/** What is the same for all photos, and what memory each needs. @throws InputError for options that will not do. */
export async function prepare(
  options: AddOptions,
  store: Store,
): Promise<{ readonly common: Common; readonly memoryFor: (photo: PhotoSource) => Promise<number> }> {
  const { preset: named, outputs, stillSize, svgStyle, plot, memory } = options;
  const { fps, seconds, hold, reverse, loop, beside, portrait, square } = options;
  const drawn = drawingIn(options);
  const provider = askedOf(options.provider);
  const checked = await checkOptions({ ...drawn, provider: provider === 'any' ? 'auto' : provider });
  const recipe = await findPreset(named, checked.network);
  checkOutputKinds(options, recipe.medium?.kind === 'strokes');
  checkVideo(options, outputPathsOf(outputs));
  const memoryFor = await memoryFrom(checked, memory);
  const weights = drawn.network === undefined ? await keptWeights(drawn.weights, layersOf(recipe), store) : undefined;
  if (weights && 'formula' in weights) checkLooks(recipe, weights.formula);
  const network = drawn.network === undefined ? undefined : await keptNetwork(drawn.network, drawn.preprocess, store);
  const style = await Promise.all(
    drawn.style.map(async ({ picture, weight }) => ({
      picture: await keepBytes(store, await readFile(picture)),
      weight,
    })),
  );
  const { size, strokes, threads, exact = false, styleSize, styleWeight, keepColours = false } = drawn;
  const drawing = { size, strokes, threads, exact, style, styleSize, styleWeight, keepColours };
  const files = {
    outputs: outputs.toSorted(),
    stillSize,
    svgStyle,
    plot,
    ...{ fps, seconds, hold, reverse, loop, beside, portrait, square },
  };
  const preset = basename(named);
  return {
    common: { version, preset, recipe, weights, network, provider, ...drawing, ...files },
    memoryFor,
  };
}

/** @throws InputError for a list, or a device of one machine. */
function askedOf(given: string): AskedProvider {
  if (given === 'auto') return 'any';
  const found = askedProviders.find((name) => name === given);
  if (found) return found;
  throw new InputError(
    `expected auto, which is any worker, or one of ${askedProviders.slice(1).join(', ')}: which device, the worker says`,
    { field: 'provider' },
  );
}

/** @throws InputError for outputs that such a drawing does not have. */
function checkOutputKinds({ outputs, stillSize, plot, svgStyle }: AddOptions, isOfStrokes: boolean): void {
  const refuse = (field: string, reason: string): never => {
    throw new InputError(reason, { field });
  };
  const fields = outputs.map((kind) => made[kind].field);
  if (!isOfStrokes && (stillSize !== undefined || svgStyle !== undefined || plot))
    throw needsStrokes(stillSize !== undefined ? 'stillSize' : plot ? 'page' : 'svgStyle');
  if (!isOfStrokes && strokeFields.some((field) => fields.includes(field))) throw needsStrokes('outputs');
  if (stillSize !== undefined && !fields.includes('still')) refuse('stillSize', 'add still to the option outputs');
  if (plot && !outputs.includes('svg')) refuse('page', 'it is for an SVG; add svg to the option outputs');
  if (svgStyle !== undefined && !outputs.includes('svg') && !outputs.includes('svg-animated'))
    refuse('svgStyle', 'add svg to the option outputs');
}

async function keptWeights(spec: string, layers: readonly string[], store: Store): Promise<FarmJob['weights']> {
  const origin = await originOfWeights(spec);
  if ('formula' in origin) return origin;
  // Said of the file as it is named first.
  await openNetwork(undefined, origin.file, layers);
  await checkAlone(
    origin.file,
    (alone) => openNetwork(undefined, alone, layers),
    'weights',
    "'vggdraw weights import' makes one of them",
  );
  return { file: await keepFile(store, origin.file), name: calledLike(origin.file) };
}

async function keptNetwork(
  path: string,
  preprocess: AddOptions['preprocess'],
  store: Store,
): Promise<FarmJob['network']> {
  await checkAlone(path, (alone) => readNetwork(alone, preprocess), 'network', 'save it with its weights in it');
  return { file: await keepFile(store, path), name: calledLike(path), preprocess };
}

/** @throws InputError where a file is nothing without others beside it. */
async function checkAlone(
  path: string,
  open: (alone: string) => Promise<unknown>,
  field: string,
  mend: string,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-'));
  const alone = join(folder, 'alone');
  try {
    // Windows lets not everybody make links.
    await symlink(resolve(path), alone).catch(() => copyFile(path, alone));
    await open(alone);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${shownName(path)} has other files beside it, and workers take one; ${mend}`, {
      field,
      cause: error,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
