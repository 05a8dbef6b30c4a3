import { expect, test } from '@jest/globals';
import { marksOf, parametersBack, parametersOf, slotsOf, strokesOf } from '../../../src/media/strokes/parameters.js';
import { uniforms } from '../../support/random.js';

const size = { width: 512, height: 300 };
const drawn = {
  points: Float32Array.from(uniforms([12], 0, 300)),
  width: Float32Array.of(1, 4),
  opacity: Float32Array.of(0.2, 0.9),
  colour: Float32Array.of(0.1, 0.5, 0.9, 0.3, 0.2, 0.7),
};

test('strokes as parameters and back', () => {
  const again = strokesOf(parametersOf(drawn, size), size);
  for (const name of ['points', 'width', 'opacity', 'colour'] as const)
    again[name]!.forEach((value, i) => {
      expect(value).toBeCloseTo(drawn[name][i]!, 4);
    });
});

test('a step of 1 is a small step, in proportion to the picture', () => {
  const parameters = parametersOf(drawn, size);
  const moved = Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, values.map((x) => x + 1)]),
  );
  const after = strokesOf(moved, size);
  expect(after.points[0]! - drawn.points[0]!).toBeCloseTo(1.6, 4);
  expect(after.width[0]! - drawn.width[0]!).toBeCloseTo(0.12, 4);
  expect(after.opacity[0]! - drawn.opacity[0]!).toBeCloseTo(0.2 * (1 - 0.2 / 0.95) * 0.15, 2);
  expect(after.colour![1]! - drawn.colour[1]!).toBeCloseTo(0.25 * 0.03, 3);
});

test('gradients go through units and logits', () => {
  const parameters = parametersOf(drawn, size);
  const weights = {
    points: Float32Array.from(uniforms([12])),
    width: Float32Array.from(uniforms([2])),
    opacity: Float32Array.from(uniforms([2])),
    colour: Float32Array.from(uniforms([6])),
  };
  const lossOf = (given: Record<string, Float32Array>) => {
    const strokes = strokesOf(given, size);
    return (Object.keys(weights) as (keyof typeof weights)[]).reduce(
      (sum, name) => strokes[name]!.reduce((part, value, i) => part + value * weights[name][i]!, sum),
      0,
    );
  };
  const gradient = parametersBack(drawn, weights, size);
  for (const [name, values] of Object.entries(parameters)) {
    values.forEach((_, i) => {
      const moved = (by: number) => ({ ...parameters, [name]: values.map((x, j) => (j === i ? x + by : x)) });
      // Float32: 1e-5 of the sum over the step.
      expect(gradient[name]![i]).toBeCloseTo((lossOf(moved(0.5)) - lossOf(moved(-0.5))) / 1, 3);
    });
  }
});

test('ink takes what its colour lacks, chalk gives what it has, and strokes without colours take all', () => {
  expect([...marksOf(drawn, 'ink', 3).amount].map((x) => Math.round(10 * x))).toEqual([9, 5, 1, 7, 8, 3]);
  expect(marksOf(drawn, 'chalk', 3).amount).toBe(drawn.colour);
  expect(marksOf({ ...drawn, colour: undefined }, 'ink', 1).amount).toEqual(Float32Array.of(1, 1));
});

test('shapes', () => {
  expect(slotsOf(7, false)).toEqual({ points: [7, 3, 2], width: [7], opacity: [7] });
  expect(slotsOf(7, true)).toEqual({ points: [7, 3, 2], width: [7], opacity: [7], colour: [7, 3] });
});
