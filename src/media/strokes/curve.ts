/** A stroke as it is drawn: its curve in pieces, its width along it, and its edge. */

/** A curve is drawn as so many chords of equal parts of its parameter: a curve of 60 pixels that turns by 90° is .1 pixels off. */
export const pieces = 8;

/** Width of the ends, in widths of the middle. */
const endWidth = 0.35;

/** The width at a place along a stroke, 0 to 1, in widths of its middle. */
export const taperAt = (along: number): number => endWidth + 4 * (1 - endWidth) * along * (1 - along);

/** A width along a stroke, that tapers or is even. */
export const widthAlong =
  (width: number, isEven = false) =>
  (along: number): number =>
    isEven ? width : width * taperAt(along);

/** d {@link taperAt} / d along */
export const taperSlopeAt = (along: number): number => -4 * (1 - endWidth) * (2 * along - 1);

/** {@link taperAt} as a polynomial: a + b·x + c·x², so that a graph can be written with it. */
export const taperPolynomial = [endWidth, 4 * (1 - endWidth), -4 * (1 - endWidth)] as const;

/** Bernstein's weights of the three points at the ends of the pieces, [pieces + 1, 3]. */
export const knotWeights: Float64Array = Float64Array.from(
  Array.from({ length: pieces + 1 }, (_, knot) => knot / pieces).flatMap((t) => [
    (1 - t) ** 2,
    2 * t * (1 - t),
    t ** 2,
  ]),
);

/**
 * An edge is a logistic curve from nothing to full coverage, with what is less than its value at −{@link tail} taken off, so that a stroke
 * ends somewhere: coverage = max(0, (σ(z) − ε) / (1 − ε)), ε = σ(−tail), z = sharpness · (distance inside the edge).
 */
const tail = 6;

/** ε */
export const cutOff: number = 1 / (1 + Math.exp(tail));

/** What the logistic curve of an edge has to be multiplied by. @param softness its standard deviation, in pixels. */
export const sharpnessOf = (softness: number): number => Math.PI / (Math.sqrt(3) * softness);

/** How far past its edge a stroke is seen, in pixels. */
export const reachOf = (softness: number): number => tail / sharpnessOf(softness);

/** Added to squared distances, so that the distance has a derivative at the curve itself: a thousandth of a pixel there. */
export const onCurve = 1e-6;

/** Added to squared lengths of pieces, for those that have none. */
export const noLength = 1e-9;
