/** Strokes of a pen, a brush or chalk, as numbers. */
import type { Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';

/** What a stroke is drawn with: ink takes light from its paper, chalk gives its own. */
export type StrokeKind = 'ink' | 'chalk';

/**
 * Strokes of a drawing of `size`, each a quadratic Bézier curve whose ends taper, but for those of pens. Lengths are in pixels of that size, x to the right and y
 * down from the upper left corner. Neither kind has an order: what lies on what makes no difference.
 *
 * - ink: paper × ∏(1 − opacity · coverage · (1 − colour)) in each of R, G, B;
 * - chalk: the counterpart on dark paper, the same with light and dark exchanged: 1 − (1 − paper) × ∏(1 − opacity · coverage · colour).
 */
export interface Strokes {
  readonly size: Size;
  /** R, G, B from 0 to 255. */
  readonly paper: Rgb;
  readonly kind: StrokeKind;
  /** [n, 3, 2]: x and y of start, control and end point. */
  readonly points: Float32Array;
  /** [n]: the width in the middle of a stroke, in pixels. */
  readonly width: Float32Array;
  /** [n]: 0 to 1. */
  readonly opacity: Float32Array;
  /**
   * Whether they are lines of pens, which have one width from end to end, and are painted as they look from afar: the paler, the thinner they
   * are beside pixels. Default: they are not.
   */
  readonly isOfPens?: boolean | undefined;
  /** [n, 3]: R, G, B from 0 to 1, of the stroke at full opacity on white paper (ink) or black paper (chalk). */
  readonly colour: Float32Array;
}

/** How many there are. */
export const countOf = ({ width }: Pick<Strokes, 'width'>): number => width.length;
