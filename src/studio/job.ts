/** What a drawing of the studio is as a job: all that it reads and writes lies in a folder of its own. */
import { join } from 'node:path';
import type { CheckpointOptions } from '../jobs/checkpoint.js';
import { type Preset, styleLayersOf } from '../jobs/choices.js';
import type { Job } from '../jobs/job.js';
import { checkpointName, fileNames } from './drawing.js';
import type { FileKind } from './facts.js';
import type { Chosen, DrawingRequest } from './requests.js';

/** Longest side of the drawings to choose among presets by, in pixels. */
export const sheetSize = 144;

/** Seconds of their videos. */
const sheetSeconds = 3;

/** Seconds between two checkpoints. */
const checkpointSeconds = 10;

/** A request as the drawings of a sheet are made: small, and alike. Only presets that draw in a style have one. */
export const sampleOf = (request: DrawingRequest, preset: Preset): DrawingRequest => ({
  ...request,
  size: sheetSize,
  seconds: sheetSeconds,
  keepColours: false,
  style: styleLayersOf(preset).length === 0 ? [] : request.style,
});

/** Where the copy of a picture for the style lies, by its place among those. */
export const styleFolder = (folder: string, index: number): string => join(folder, `style-${index + 1}`);

/**
 * What a request says of a drawing that lies in `folder`. One of a sheet is done too soon to be kept on its way.
 * @param resume whether it goes on from its checkpoint.
 * @param kept is called with each checkpoint.
 */
export function jobIn(
  folder: string,
  request: Chosen & Partial<Pick<DrawingRequest, 'sheet'>>,
  isOfStrokes: boolean,
  { resume = false, kept }: Partial<Pick<CheckpointOptions, 'resume' | 'kept'>>,
): Omit<Job, 'preset'> {
  const { keepColours, strokes, provider, size, seconds, sheet = false, style, styleWeight } = request;
  const file = (kind: FileKind) => join(folder, fileNames[kind]);
  const ofStrokes = { svg: file('svg'), ...(sheet ? {} : { steps: file('steps') }) };
  const more = sheet ? {} : { sheet: file('sheet'), plot: file('plot') };
  const path = join(folder, checkpointName);
  return {
    photo: join(folder, 'photo'),
    style: style.map(({ weight }, i) => ({ picture: join(styleFolder(folder, i), 'photo'), weight })),
    styleWeight: style.length > 0 ? styleWeight : undefined,
    ...{ keepColours, provider, size, seconds },
    strokes: isOfStrokes ? strokes : undefined,
    hold: 2,
    outputs: { output: file('output'), still: file('still'), ...more, ...(isOfStrokes ? ofStrokes : {}) },
    overwrite: true,
    checkpoint: sheet ? undefined : { path, every: checkpointSeconds, resume, given: null, kept },
  };
}
