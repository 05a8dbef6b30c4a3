import { describe, expect, test } from '@jest/globals';
import { type Lettering, lossPlot } from '../../src/plots/loss-plot.js';
import { linear, logarithmic, powerTicks, roundTicks } from '../../src/plots/scale.js';

const phases = [
  { label: 'block2_conv2', iterations: 3, losses: [100, 10, 1] },
  { label: 'block1_conv1', iterations: 4, losses: [1000, Number.NaN, 0] },
];

/** Every line of a plot as its points. */
const linesIn = (svg: string): [number, number][][] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) =>
    points!
      .split(' ')
      .filter((point) => point !== '')
      .map((point) => point.split(',').map(Number) as [number, number]),
  );

describe('the plot of the loss', () => {
  test('has a line for each phase, as far down from 100 to 10 as from 10 to 1', () => {
    const [first, second] = linesIn(lossPlot('title', 'below', phases)) as [[number, number][], [number, number][]];
    expect(first).toHaveLength(3);
    expect(first[1]![1] - first[0]![1]).toBeCloseTo(first[2]![1] - first[1]![1], 0);
    expect(first[0]![0]).toBeLessThan(first[1]![0]);
    // What is not known, and what has no logarithm, is left out.
    expect(second).toHaveLength(1);
    expect(second[0]![1]).toBeLessThan(first[0]![1]);
    expect(second[0]![0]).toBeGreaterThan(first[2]![0]);
  });

  test('of nothing, or of one value, is a plot as well', () => {
    for (const losses of [[], [0.5], [3, 3, 3]]) {
      const svg = lossPlot('title', 'below', [{ label: 'block1_conv1', iterations: 3, losses }]);
      expect(svg).not.toMatch(/NaN|Infinity/);
      expect(linesIn(svg)[0]).toHaveLength(losses.length);
    }
    expect(lossPlot('title', 'below', [])).not.toMatch(/NaN|Infinity/);
  });

  test('says what it shows, whatever names there are', () => {
    const svg = lossPlot('a <b> & "c"', 'below', phases);
    expect(svg).toContain('>a &#60;b&#62; &#38; &#34;c&#34;</text>');
    expect(svg).toContain('>block2_conv2</text>');
    const written: string[] = [];
    const noting: Lettering = (text) => {
      written.push(text);
      return '';
    };
    expect(lossPlot('title', 'below', phases, noting)).not.toContain('<text');
    expect(written).toEqual(
      expect.arrayContaining(['title', 'below', 'block1_conv1', '1', '10', '100', 'iteration', '7']),
    );
  });
});

describe('scales', () => {
  test('linear and logarithmic', () => {
    expect([0, 5, 10].map(linear(0, 10, 100, 0))).toEqual([100, 50, 0]);
    expect([1, 10, 100].map(logarithmic(1, 100, 0, 8)).map(Math.round)).toEqual([0, 4, 8]);
  });

  test.each([
    [0, 7, 12, [0, 1, 2, 3, 4, 5, 6, 7]],
    [0, 80, 12, [0, 10, 20, 30, 40, 50, 60, 70, 80]],
    [0, 5000, 12, [0, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000]],
    [0, 1, 2, [0, 0.5, 1]],
  ])('round numbers from %f to %f, %i at the most', (from, to, most, ticks) => {
    expect(roundTicks(from, to, most)).toEqual(ticks);
  });

  test.each([
    [0.0005, 2000, [0.001, 0.01, 0.1, 1, 10, 100, 1000]],
    [0.18, 3, [0.2, 0.5, 1, 2]],
    [0.38, 0.72, [0.4, 0.5, 0.6, 0.7]],
  ])('powers from %f to %f', (from, to, ticks) => {
    expect(powerTicks(from, to)).toEqual(ticks);
  });
});
