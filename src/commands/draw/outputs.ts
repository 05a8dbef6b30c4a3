/** The files of one drawing, of the options that name them. */
import { basename, extname } from 'node:path';
import type { OutputPaths } from '../../outputs/output.js';
import { standardStream } from './file-names.js';
import type { DrawArguments } from './options.js';

/** Which files a drawing of one photo has. The video has the photo's name, in this folder, where nobody says else. */
export function outputsGiven(
  options: Pick<DrawArguments, 'photo' | keyof OutputPaths>,
): OutputPaths & { readonly output: string } {
  const { photo, still, frames, sheet, plot, svg, svgAnimated, replay, steps } = options;
  const called = photo === standardStream ? 'stdin' : photo;
  const output = options.output ?? `${basename(called, extname(called))}.mp4`;
  return { output, still, frames, sheet, plot, svg, svgAnimated, replay, steps };
}
