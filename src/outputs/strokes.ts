/** What is made of the strokes of a finished drawing, beside its pictures. */
import { strokesToSvg } from '../media/strokes/svg.js';
import type { Output, OutputPaths } from './output.js';
import { openWhole } from './whole.js';

/** Outputs that only drawings of strokes have. */
export const strokeFields = ['svg'] as const satisfies readonly (keyof OutputPaths)[];

/** Starts those that are wanted. */
export function openStrokeOutputs({ svg }: OutputPaths, { overwrite }: { readonly overwrite: boolean }): Output[] {
  const opened: Output[] = [];
  if (svg !== undefined)
    opened.push(openWhole('svg', svg, overwrite, ({ strokes, plot }) => plot?.svg ?? strokesToSvg(strokes!)));
  return opened;
}
