/** The plot of the loss, as an SVG or a picture. */
import { encodeStill } from '../image/encode-still.js';
import type { Size } from '../image/picture.js';
import { stillFormatOf } from '../image/still-formats.js';
import { oneLine } from '../one-line.js';
import { lossPlot, type PhaseLosses, plotSize } from '../plots/loss-plot.js';
import { type About, drawnBy } from './about.js';
import type { Output } from './output.js';
import { openWhole } from './whole.js';

export interface LossPlotOptions extends Size {
  readonly about: About;
  /** Of the drawing: what each looks at, and how many iterations it is to have. */
  readonly phases: readonly Omit<PhaseLosses, 'losses'>[];
  /** Whether what is there is replaced. */
  readonly overwrite: boolean;
}

/** Pixels of a picture for each unit of the plot. */
const scale = 2;

/**
 * Starts it.
 * @param path ends in `.svg`, or as a finished picture does, which says what it is.
 */
export function openLossPlot(path: string, { about, phases, width, height, overwrite }: LossPlotOptions): Output {
  const comment = drawnBy(about, { width, height });
  return openWhole('plot', path, overwrite, async ({ losses }) => {
    let done = 0;
    const found = phases.map((phase) => {
      const start = done;
      done += phase.iterations;
      return { ...phase, losses: losses.slice(start, done) };
    });
    const title = oneLine(`${about.photo}, loss of each iteration`);
    const format = stillFormatOf(path);
    if (!format) return lossPlot(title, comment, found);
    const { strokeLettering } = await import('./stroke-lettering.js');
    const picture = await pictured(lossPlot(title, comment, found, strokeLettering));
    return encodeStill(format, picture, [picture], comment);
  });
}

async function pictured(svg: string) {
  const { default: sharp } = await import('sharp');
  const image = sharp(Buffer.from(svg))
    .resize(scale * plotSize.width)
    .flatten({ background: 'white' });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
}
