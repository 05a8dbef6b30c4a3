/** What may be completed behind an option or a command, where that is a choice of words. All else are files, or numbers. */
import { presets } from '../../drawing/recipe/presets.js';
import { svgStyles } from '../../media/strokes/svg-styles.js';
import { preprocessNames } from '../../networks/index.js';
import { layers } from '../../networks/vgg19/layers.js';
import { weightSources } from '../../networks/vgg19/weights/published.js';
import { targets } from '../../onnx/provider-kernels.js';
import { pageNames } from '../../plotting/page.js';
import { providerNames } from '../../runtime/provider.js';
import { scripts } from './scripts.js';

export interface Completion {
  readonly word: string;
  /** What it is; may be empty. */
  readonly text: string;
}

const words = (names: readonly string[]): Completion[] => names.map((word) => ({ word, text: '' }));

const named = Object.entries(presets).map(([word, { description = '' }]) => ({ word, text: description }));

export const optionValues: Readonly<Record<string, readonly Completion[]>> = {
  preset: named,
  layer: words(layers.map(({ name }) => name)),
  weights: words(['auto', 'contour', 'seeded', 'pretrained']),
  provider: words(['auto', ...providerNames]),
  preprocess: words(preprocessNames),
  'svg-style': words(svgStyles),
  page: words(pageNames),
  target: words(targets),
};

/** By the words of the command. */
export const operandValues: Readonly<Record<string, readonly Completion[]>> = {
  completion: words(Object.keys(scripts)),
  'presets show': named,
  'providers install': words(['cuda']),
  ...Object.fromEntries(
    ['fetch', 'verify', 'path'].map((command) => [`weights ${command}`, words(weightSources.map(({ name }) => name))]),
  ),
};
