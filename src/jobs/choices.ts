/** What there is to choose from for a job, for whoever shows it. */
import { cacheFolder } from '../cache.js';
import { workDone } from '../drawing/compute/pace.js';
import { drawDefaults, iterationsOf, styleLayersOf } from '../drawing/recipe/index.js';
import { type Preset, parsePreset } from '../drawing/recipe/preset.js';
import { findPreset, presetFor, presets } from '../drawing/recipe/presets.js';
import { defaultNetwork } from '../networks/index.js';
import { cachedFiles } from '../networks/vgg19/weights/cache-folder.js';
import { listProviders } from '../runtime/providers/inspect.js';

export { type Preset, parsePreset, styleLayersOf };

export interface PresetChoice {
  readonly name: string;
  readonly description: string;
  readonly iterations: number;
  /** Whether it draws with strokes, and not with pixels. */
  readonly isOfStrokes: boolean;
  /** How many strokes at the most; undefined for pixels. */
  readonly strokes: number | undefined;
  /** Whether it draws in the style of pictures that have to be given. */
  readonly needsStyle: boolean;
}

export interface Choices {
  readonly presets: readonly PresetChoice[];
  /** The presets that are taken where none is named: without a style picture, and with one. */
  readonly defaults: { readonly preset: string; readonly presetWithStyle: string; readonly size: number };
  readonly weights: readonly WeightsChoice[];
  /** The layers that can look at a photo. */
  readonly layers: readonly string[];
}

export interface WeightsChoice {
  readonly name: string;
  readonly description: string;
}

/** A source of weights by the name that a person chooses. */
export interface OfferedWeights extends WeightsChoice {
  /** What {@link Job.weights} is then. */
  readonly source: string;
}

const describe = ([name, preset]: [string, Preset]): PresetChoice => ({
  name,
  description: preset.description ?? '',
  iterations: iterationsOf(preset),
  isOfStrokes: preset.medium?.kind === 'strokes',
  strokes: preset.medium?.kind === 'strokes' ? preset.medium.count : undefined,
  needsStyle: styleLayersOf(preset).length > 0,
});

/** The sources of weights that there are on this machine, the default first. @param file one more, a path. */
export async function offeredWeights(file?: string): Promise<OfferedWeights[]> {
  const fetched = (await cachedFiles(cacheFolder())).filter(({ size }) => size !== undefined);
  const isTrained = fetched.some(({ source }) => source !== undefined);
  const named = (name: string, description: string, source = name): OfferedWeights => ({ name, description, source });
  return [
    ...(file === undefined ? [] : [named('given', 'the file that the studio was started with', file)]),
    named('auto', isTrained ? 'the pretrained ones, which are here' : 'contour ones, as no trained ones are here'),
    ...(isTrained ? [named('pretrained', 'trained on photos: they see things and faces')] : []),
    named('contour', 'from a formula: they see edges'),
    named('seeded', 'random but orthogonal'),
    ...fetched
      .filter(({ source }) => source === undefined)
      .map(({ name, path }) => named(`file:${name}`, 'a file that was fetched or imported', path)),
  ];
}

/** Everything that is known at once; which providers there are takes a while, see {@link usableProviders}. */
export const choicesWith = (weights: readonly OfferedWeights[]): Choices => ({
  presets: Object.entries(presets).map(describe),
  defaults: { preset: presetFor(false), presetWithStyle: presetFor(true), size: drawDefaults.size },
  weights: weights.map(({ name, description }) => ({ name, description })),
  layers: defaultNetwork.layers,
});

/** The providers that can compute here, each proven, which takes seconds. */
export async function usableProviders(): Promise<{ readonly name: string; readonly device: string | null }[]> {
  return (await listProviders()).filter(({ usable }) => usable).map(({ name, device }) => ({ name, device }));
}

/** A preset by its name or the path of its file, complete. @throws InputError where there is none. */
export const presetNamed: (nameOrFile: string) => Promise<Preset> = findPreset;

/** What a stroke adds to an iteration beside the network, in the unit of {@link workDone}: forth and back. */
const perStroke = 1e-4;

/**
 * The built-in presets that can draw a photo, those that take the least work first.
 * @param size longest side, in pixels.
 */
export function quickestFirst(
  size: number,
  { hasStyle, isTrained }: { readonly hasStyle: boolean; readonly isTrained: boolean },
): string[] {
  const work = (preset: Preset): number => {
    const done = workDone(preset, { width: size, height: size }, false).at(-1)!;
    return done + (preset.medium?.kind === 'strokes' ? perStroke * preset.medium.count * iterationsOf(preset) : 0);
  };
  return Object.entries(presets)
    .filter(([name, preset]) => (hasStyle || styleLayersOf(preset).length === 0) && (isTrained || name !== 'sketch'))
    .map(([name, preset]) => ({ name, work: work(preset) }))
    .sort((a, b) => a.work - b.work)
    .map(({ name }) => name);
}
