/** What is made of the strokes of a finished drawing, beside its pictures. */
import { strokesToSvg } from '../media/strokes/svg.js';
import type { Output, OutputPaths } from './output.js';
import { openReplay, type ReplayOptions } from './replay.js';
import { openSteps, type StepsOptions } from './steps.js';
import { openWhole } from './whole.js';

/** Outputs that only drawings of strokes have. */
export const strokeFields = ['svg', 'replay', 'steps'] as const satisfies readonly (keyof OutputPaths)[];

export interface StrokeOutputsOptions extends ReplayOptions, StepsOptions {}

/** Starts those that are wanted. */
export function openStrokeOutputs({ svg, replay, steps }: OutputPaths, options: StrokeOutputsOptions): Output[] {
  const { overwrite } = options;
  const opened: Output[] = [];
  if (svg !== undefined)
    opened.push(openWhole('svg', svg, overwrite, ({ strokes, plot }) => plot?.svg ?? strokesToSvg(strokes!)));
  if (replay !== undefined) opened.push(openReplay(replay, options));
  if (steps !== undefined) opened.push(openSteps(steps, options));
  return opened;
}
