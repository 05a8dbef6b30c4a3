import { describe, expect, test } from '@jest/globals';
import { adamW, encodeModel, Graph, sgd, type TrainingOptimizer } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';

/** A step in float64 over one parameter: what it keeps is changed. */
type Formula = (p: number[], g: number[], kept: number[][], t: number, rate: number) => void;

const adamWFormula =
  (beta1: number, beta2: number, epsilon: number, decay: number): Formula =>
  (p, g, [m, v], t, rate) => {
    for (let i = 0; i < p.length; i++) {
      p[i]! *= 1 - rate * decay;
      m![i] = beta1 * m![i]! + (1 - beta1) * g[i]!;
      v![i] = beta2 * v![i]! + (1 - beta2) * g[i]! ** 2;
      p[i]! -= (rate * m![i]!) / (1 - beta1 ** t) / (Math.sqrt(v![i]! / (1 - beta2 ** t)) + epsilon);
    }
  };

const sgdFormula =
  (momentum: number, decay: number): Formula =>
  (p, g, [m = []], _, rate) => {
    for (let i = 0; i < p.length; i++) {
      m[i] = momentum * (m[i] ?? 0) + g[i]! + decay * p[i]!;
      p[i]! -= rate * m[i]!;
    }
  };

const size = 16;

describe.each<[string, TrainingOptimizer, Formula]>([
  ["AdamW with PyTorch's constants", adamW(), adamWFormula(0.9, 0.999, 1e-8, 0.01)],
  [
    'AdamW with others',
    adamW({ beta1: 0.5, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.3 }),
    adamWFormula(0.5, 0.9, 1e-3, 0.3),
  ],
  ['SGD', sgd(), sgdFormula(0, 0)],
  ['SGD with momentum and decay', sgd({ momentum: 0.9, weightDecay: 0.1 }), sgdFormula(0.9, 0.1)],
])('%s', (_, optimizer, formula) => {
  test.each(['the caller', 'the graph'])(
    'follows the formula in float64 for 30 steps, counted by %s',
    async (counts) => {
      const graph = new Graph('optimizer');
      const float = (name: string, shape: number[]) => graph.input(name, 'float32', shape);
      const shapes = optimizer.slots({ p: [size] });
      const slots = Object.fromEntries(Object.keys(shapes).map((name) => [name, float(name, [size])]));
      const inGraph = counts === 'the graph';
      const scalars = inGraph
        ? optimizer.appendScalars(graph, graph.input('step', 'int64', []), float('rate', []))
        : Object.fromEntries(Object.keys(optimizer.scalars(1, 1)).map((name) => [name, float(name, [])]));
      const next = optimizer.append({
        graph,
        parameters: { p: float('p', [size]) },
        gradients: { p: float('g', [size]) },
        slots,
        scalars,
        constrain: (values) => values,
      });
      for (const [name, value] of Object.entries({ ...next.parameters, ...next.slots }))
        graph.output(value, `${name}_out`);
      const session = await openSession(encodeModel(graph));

      const vector = (values: ArrayLike<number>) => new Tensor('float32', Float32Array.from(values), [size]);
      const scalar = (value: number) => new Tensor('float32', [value], []);
      const p = uniforms([size]);
      const kept = Object.keys(shapes).map(() => Array<number>(size).fill(0));
      let state: Record<string, Tensor> = { p: vector(p) };
      for (const name of Object.keys(shapes)) state[name] = vector(Array(size).fill(0));
      for (let t = 1; t <= 30; t++) {
        const [g, rate] = [uniforms([size]).map(Math.fround), 0.1 / t];
        formula(p, g, kept, t, rate);
        const counted = inGraph
          ? { step: new Tensor('int64', [BigInt(t)], []), rate: scalar(rate) }
          : Object.fromEntries(
              Object.entries(optimizer.scalars(t, rate)).map(([name, value]) => [name, scalar(value)]),
            );
        const made = await session.run({ ...state, g: vector(g), ...counted });
        state = Object.fromEntries(Object.keys(state).map((name) => [name, made[`${name}_out`]!]));
        // Float32 rounding (6e-8) of values around 1, over up to 30 steps of which each adds its own.
        const worst = Math.max(...p.map((value, i) => Math.abs(value - Number(state.p!.data[i]))));
        expect(worst).toBeLessThan(1e-5);
      }
      await session.release();
    },
  );
});
