/** What a person chooses of a drawing. */
export { type MemoryLimit, memoryLimit, processBytes } from './memory-limit.js';
export {
  type CheckedOptions,
  checkOptions,
  type DrawOptions,
  drawDefaults,
  givenNetwork,
  needsStrokes,
} from './options.js';
export { inChalk, isPaperByPhoto, withPaper } from './paper.js';
export type { Preset } from './preset.js';
export { contentLayersIn, iterationsOf, layersOf, styleLayersOf } from './schedule.js';
export { noStyle, type StyleChoice, type WeightedStyle } from './style.js';
