import { describe, expect, test } from '@jest/globals';
import { type AdamConstants, appendAdam, encodeModel, Graph } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';

function adamGraph(constants: AdamConstants, size: number): Graph {
  const graph = new Graph('adam');
  const vector = (name: string) => graph.input(name, 'float32', [size]);
  const step = graph.input('step', 'int64', []);
  const learningRate = graph.input('lr', 'float32', []);
  const out = appendAdam(
    graph,
    { parameter: vector('p'), gradient: vector('g'), expAvg: vector('m'), expAvgSq: vector('v'), step, learningRate },
    constants,
  );
  graph.output(out.parameter, 'p_out');
  graph.output(out.expAvg, 'm_out');
  graph.output(out.expAvgSq, 'v_out');
  graph.output(out.step, 'step_out');
  return graph;
}

describe('appendAdam', () => {
  test.each<AdamConstants>([
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    { beta1: 0.5, beta2: 0.9, epsilon: 1e-3 },
    { beta1: 0, beta2: 0, epsilon: 1e-8 },
  ])('follows the formula in float64 for 50 steps: %j', async (constants) => {
    const { beta1, beta2, epsilon } = constants;
    const size = 16;
    const session = await openSession(encodeModel(adamGraph(constants, size)));
    const float = (values: ArrayLike<number>, shape: number[] = [size]) =>
      new Tensor('float32', Float32Array.from(values), shape);
    let state: Record<string, Tensor> = {
      p: float(uniforms([size])),
      m: float(Array(size).fill(0)),
      v: float(Array(size).fill(0)),
      step: new Tensor('int64', [0n], []),
    };
    const p = Array.from(state.p!.data as Float32Array);
    const m = Array(size).fill(0) as number[];
    const v = Array(size).fill(0) as number[];
    for (let t = 1; t <= 50; t++) {
      const g = Float32Array.from(uniforms([size]), (value) => value * 100);
      const lr = 0.7 / t;
      for (let i = 0; i < size; i++) {
        m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
        v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2;
        p[i]! -= (lr * (m[i]! / (1 - beta1 ** t))) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon);
      }
      const result = await session.run({ ...state, g: float(g), lr: float([lr], []) });
      state = { p: result.p_out!, m: result.m_out!, v: result.v_out!, step: result.step_out! };
      expect(state.step!.data[0]).toBe(BigInt(t));
      // Float32 rounding (6e-8) of values around 1, over up to 50 steps of which each adds its own.
      const worst = Math.max(...p.map((value, i) => Math.abs(value - Number(state.p!.data[i]))));
      expect(worst).toBeLessThan(1e-5);
    }
  });

  test('the first step is the learning rate, against the sign of the gradient', async () => {
    const session = await openSession(encodeModel(adamGraph({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }, 3)));
    const zeros = () => new Tensor('float32', new Float32Array(3), [3]);
    const g = new Tensor('float32', [1e-3, -5, 4e4], [3]);
    const { p_out } = await session.run({
      p: zeros(),
      g,
      m: zeros(),
      v: zeros(),
      step: new Tensor('int64', [0n], []),
      lr: new Tensor('float32', [0.7], []),
    });
    // ε moves the first by 1e-4 of itself; rounding moves the others by 1e-7.
    const [first, second, third] = p_out!.data as Float32Array;
    expect(first).toBeCloseTo(-0.7 / (1 + 1e-4), 6);
    expect(second).toBeCloseTo(0.7, 6);
    expect(third).toBeCloseTo(-0.7, 6);
  });
});
