/** A job whose drawing is plotted: what it is drawn with, and the file that it becomes. */
import { hexOf, nameOf } from '../colour/names.js';
import { needsStrokes } from '../drawing/recipe/index.js';
import type { Preset } from '../drawing/recipe/preset.js';
import { InputError } from '../errors.js';
import { openPhoto } from '../image/photo.js';
import type { PhotoSource } from '../image/source.js';
import { paperOf } from '../media/pixels/spec.js';
import type { Strokes } from '../media/strokes/strokes.js';
import { type PlotOptions, plotSchema } from '../plotting/options.js';
import { placed } from '../plotting/page.js';
import { needsPens } from '../plotting/pens.js';
import type { Plot } from '../plotting/plot.js';
import { check } from '../validation.js';

/** The preset as it is drawn, and what makes the plot of its strokes. */
export interface Plotting {
  readonly preset: Preset;
  readonly plot?: (strokes: Strokes) => Plot;
}

/**
 * Where pens are given, the preset draws with these: as wide as their lines are on the page.
 * @throws InputError for options of the plot that will not do.
 */
export async function plottingOf(
  {
    photo,
    plot,
    svg,
  }: { readonly photo: PhotoSource; readonly plot: PlotOptions | undefined; readonly svg: string | undefined },
  preset: Preset,
): Promise<Plotting> {
  if (!plot) return { preset };
  const { plotStrokes } = await import('../plotting/plot.js');
  const { page, margin, pens } = check(plotSchema, plot);
  const { medium } = preset;
  if (medium?.kind !== 'strokes') throw needsStrokes(pens ? 'pens' : 'page');
  if (!pens && svg === undefined)
    throw new InputError('it is the paper of what the option svg names; give that as well', { field: 'page' });
  // The page's scale hangs on the drawing's shape, which is the photo's.
  const size = await openPhoto(photo);
  const { scale } = placed(size, page, margin);
  /** Millimetres of a pixel of 256, in which presets say widths. */
  const pixel = (scale * Math.max(size.width, size.height)) / 256;
  const plotted = (options: PlotOptions) => (strokes: Strokes) => plotStrokes(strokes, options);
  if (pens) {
    const widest = Math.max(...pens.map(({ width }) => width));
    if (widest >= scale * Math.min(size.width, size.height))
      throw new InputError('a line of such a pen is as wide as all of the drawing; take a larger page', {
        field: 'pens',
      });
    const drawn = pens.map(({ colour, width }) => ({ colour: hexOf(colour), width: width / pixel }));
    // Who names pens has the paper, too: a dark photo does not make it black.
    const paper = preset.canvas.paper === 'auto' ? 'white' : preset.canvas.paper;
    const canvas = { ...preset.canvas, paper };
    const lost = pens.find(({ colour }) => hexOf(colour) === hexOf(paperOf(canvas)));
    if (lost)
      throw new InputError(
        `a pen of ${nameOf(lost.colour)} is not seen on paper of that colour; leave it out, or choose another paper in a preset file`,
        { field: 'pens' },
      );
    return { preset: { ...preset, canvas, medium: { ...medium, pens: drawn } }, plot: plotted(plot) };
  }
  if (medium.pens) {
    // Those of the preset: strokes are mixtures of them where the drawing is ended early.
    const given = medium.pens.map(({ colour, width }) => `${colour}:${(width * pixel).toFixed(3)}mm`).join();
    check(plotSchema, { ...plot, pens: given });
    return { preset, plot: plotted({ ...plot, pens: given }) };
  }
  if (medium.colours === 'photo') throw needsPens();
  return { preset, plot: plotted(plot) };
}
