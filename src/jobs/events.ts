/** What happens while a job is done. */
import type { Drawing, Frame } from '../drawing/frame.js';
import type { Preset } from '../drawing/recipe/index.js';
import type { Written } from '../outputs/outputs.js';
import type { PlotFigures } from '../plotting/plot.js';

export type JobEvent =
  /** Everything can be written, and nothing has been done yet. */
  | { readonly kind: 'preparing'; readonly preset: Preset }
  /**
   * The first frame is there. `frames` are those of the video, the finished picture at its end included; `iterations` are done already, where
   * the drawing goes on.
   */
  | { readonly kind: 'start'; readonly drawing: Drawing; readonly frames: number; readonly iterations: number }
  /** A frame was drawn and handed to the files. */
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** All frames are drawn, and the files are being finished. */
  | { readonly kind: 'finishing' }
  /** What a person has to know, though the work goes on. */
  | { readonly kind: 'warning'; readonly text: string }
  | JobDone;

export interface JobDone {
  readonly kind: 'done';
  /** The names that the files got. */
  readonly written: Written;
  readonly iterations: number;
  /** Whether it was ended before the last one. */
  readonly endedEarly: boolean;
  /** Of the video. */
  readonly frames: number;
  /** What the plot takes, where there is one. */
  readonly plot: PlotFigures | undefined;
  /** Where the drawing can be gone on with: it was ended early. */
  readonly checkpoint: string | undefined;
}
