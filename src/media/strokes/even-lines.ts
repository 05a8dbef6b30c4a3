/** Lines of one width each, that look like strokes which taper: for programs that want a curve and a width. */
import { taperPolynomial } from './curve.js';
import { painted } from './painted.js';
import { logit, marksOf, sigmoid } from './parameters.js';
import { emptyGradients, type Sheet, transmit, transmitBack } from './raster.js';
import type { Strokes } from './strokes.js';

/**
 * Steps of Adam: after 30 a drawing of wide dark strokes is 5 to 7 dB nearer to its still than with mean widths, and after 40 half a dB
 * more.
 */
const steps = 30;

/** What a step moves: a point in pixels of 256, a width as a logarithm, an opacity as a logit. */
const rates = { points: 0.2, width: 0.03, opacity: 0.08 };

/**
 * Standard deviation of a line's edges, in pixels: a program covers a pixel by its share, a box with .29; edges with the longer tails of a
 * logistic curve are nearest to it with a little more.
 */
const edge = 0.35;

/** More than this no line has, so that its logit has an end. */
const mostOpacity = 0.99;

/**
 * Lines for strokes: each begins as the stroke with its mean width, and then all of them move until they come nearest to the still
 * together, by least squares. What a line can't have at its ends others make up for, and thin ones get the width and opacity of soft
 * edges. There are two pauses in each step.
 */
export function* evenLines(strokes: Strokes): Generator<void, Strokes, void> {
  const { size, kind } = strokes;
  const { marks: drawn, sheet } = painted(strokes);
  const goal = new Float32Array(3 * size.width * size.height);
  transmit(drawn, sheet, goal);

  const [constant, linear, square] = taperPolynomial;
  const meanTaper = constant + linear / 2 + square / 3;
  const points = new Moving(strokes.points, (rates.points * Math.max(size.width, size.height)) / 256);
  const widths = new Moving(
    strokes.width.map((width) => Math.log(width * meanTaper)),
    rates.width,
  );
  const opacities = new Moving(
    drawn.opacity.map((opacity) => logit(Math.min(mostOpacity, opacity))),
    rates.opacity,
  );
  const lines = (): Strokes => ({
    ...strokes,
    points: points.values,
    width: widths.values.map(Math.exp),
    opacity: opacities.values.map(sigmoid),
    isOfPens: false,
  });
  const through = new Float32Array(goal.length);
  const even: Sheet = { ...sheet, softness: edge, isEven: true };
  for (let step = 1; step <= steps; step++) {
    yield;
    const marks = marksOf(lines(), kind, 3);
    const { width, opacity } = marks;
    transmit(marks, even, through);
    yield;
    const gradients = emptyGradients(marks);
    const back = through.map((share, i) => share - goal[i]!);
    transmitBack(marks, even, through, back, gradients);
    points.step(gradients.points, step);
    widths.step(
      gradients.width.map((slope, i) => slope * width[i]!),
      step,
    );
    opacities.step(
      gradients.opacity.map((slope, i) => slope * opacity[i]! * (1 - opacity[i]!)),
      step,
    );
  }
  return lines();
}

/** Values that Adam moves (Kingma & Ba 2015), with averages over ten and a hundred steps. */
class Moving {
  readonly values: Float32Array;
  readonly #mean: Float64Array;
  readonly #square: Float64Array;

  constructor(
    values: Float32Array,
    private readonly rate: number,
  ) {
    this.values = values.slice();
    this.#mean = new Float64Array(values.length);
    this.#square = new Float64Array(values.length);
  }

  /** @param count of steps, with this one. */
  step(gradient: Float32Array, count: number): void {
    const [beta1, beta2, values, mean, square] = [0.9, 0.99, this.values, this.#mean, this.#square];
    for (let i = 0; i < gradient.length; i++) {
      mean[i] = beta1 * mean[i]! + (1 - beta1) * gradient[i]!;
      square[i] = beta2 * square[i]! + (1 - beta2) * gradient[i]! ** 2;
      // Small beside any slope that is seen.
      const length = Math.sqrt(square[i]! / (1 - beta2 ** count)) + 1e-9;
      values[i]! -= (this.rate * mean[i]!) / (1 - beta1 ** count) / length;
    }
  }
}
