import { describe, expect, test } from '@jest/globals';
import { loadModel } from '../../../src/onnx/index.js';
import { fileOf, type NodeLine, outputsOfLoaded } from './file.js';

const domain = 'ai.onnx.preview.training';
const x = { x: [2] };
const given = { x: [1, -2], g: [0.5, 1], v: [0.1, 0.2], h: [0.3, 0.4], r: [0.1] };
const count = { dtype: 'int64', shape: [] } as const;

/** A step of an optimizer whose count of steps is a constant. */
const stepOf = (line: NodeLine, t: number) => {
  const inputs = { x: [2], g: [2], v: [2], h: [2], r: [] };
  const nodes: NodeLine[] = [['Constant', '', 't', { value_int: t }], line];
  return outputsOfLoaded(fileOf({ nodes, inputs, outputs: 'next', domains: { [domain]: 1 } }), inputs, given);
};
const float = (value: number) => ({ float: value });

describe("optimizers' steps, in standard operators", () => {
  // g with the gradient of the norm, 0.1 · x: [0.6, 0.8].
  const norm = { norm_coefficient: float(0.1) };

  test.each([0, 3])('Momentum after %d steps', async (t) => {
    const attributes = { ...norm, alpha: float(0.9), beta: float(0.5), mode: 'standard' };
    const { next } = await stepOf(['Momentum', 'r t x g v', 'next kept', attributes, domain], t);
    const beta = t > 0 ? 0.5 : 1;
    [1 - 0.1 * (0.09 + beta * 0.6), -2 - 0.1 * (0.18 + beta * 0.8)].forEach((wanted, i) => {
      expect(next!.data[i]).toBeCloseTo(wanted, 6);
    });
  });

  test('Nesterov', async () => {
    const attributes = { ...norm, alpha: float(0.9), beta: float(1), mode: 'nesterov' };
    const { next } = await stepOf(['Momentum', 'r t x g v', 'next kept', attributes, domain], 1);
    expect(next!.data[0]).toBeCloseTo(1 - 0.1 * (0.6 + 0.9 * (0.09 + 0.6)), 6);
  });

  test('Adagrad', async () => {
    const attributes = { ...norm, decay_factor: float(0.5), epsilon: float(0.01) };
    const { next } = await stepOf(['Adagrad', 'r t x g h', 'next kept', attributes, domain], 2);
    expect(next!.data[0]).toBeCloseTo(1 - ((0.1 / 2) * 0.6) / (Math.sqrt(0.3 + 0.36) + 0.01), 6);
  });

  test.each([0, 2])('Adam after %d steps', async (t) => {
    const attributes = {
      ...norm,
      alpha: float(0.9),
      beta: float(0.8),
      epsilon: float(0.01),
      norm_coefficient_post: float(0.5),
    };
    const { next } = await stepOf(['Adam', 'r t x g v h', 'next v2 h2', attributes, domain], t);
    const rate = t > 0 ? (0.1 * Math.sqrt(1 - 0.8 ** t)) / (1 - 0.9 ** t) : 0.1;
    const wanted = 1 - (rate * (0.09 + 0.06)) / (Math.sqrt(0.24 + 0.2 * 0.36) + 0.01);
    expect(next!.data[0]).toBeCloseTo(0.5 * wanted, 5);
  });

  test('inputs that are those of no step are refused', () => {
    const lines = {
      nodes: [['Adam', 'x t x x', 'y', {}, domain]] as NodeLine[],
      inputs: { ...x, t: count },
      outputs: 'y',
    };
    expect(() => loadModel(fileOf({ ...lines, domains: { [domain]: 1 } }))).toThrow(
      "Adam node 'Adam of y': 4 inputs are not those of any step",
    );
  });
});
