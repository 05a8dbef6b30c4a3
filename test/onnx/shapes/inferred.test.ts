import { describe, expect, test } from '@jest/globals';
import { encodeModel, Graph } from '../../../src/onnx/index.js';
import { sizeOf } from '../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { type InferenceCase, inferenceCases } from './cases.js';

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

const shown = ({ inputs, attributes = {} }: InferenceCase) => [
  inputs.map((input) => input?.shape ?? null),
  Object.keys(attributes),
];

describe('inferred types are those that ONNX Runtime computes', () => {
  test.each(inferenceCases.map((one): [string, InferenceCase] => [`${one.opType} ${JSON.stringify(shown(one))}`, one]))(
    '%s',
    async (_, { opType, inputs, attributes = {}, outputs = 1, opset }) => {
      const graph = new Graph('g', opset);
      const feeds: Record<string, Tensor> = {};
      const names = inputs.map((input, i) => {
        if (input === null) return '';
        if ('data' in input) return graph.initializer(`x${i}`, input);
        const { dtype, shape } = input as { dtype: keyof typeof arrays; shape: number[] };
        feeds[`x${i}`] = new Tensor(dtype as 'float32', new arrays[dtype](sizeOf(shape)) as Float32Array, shape);
        return graph.input(`x${i}`, dtype, shape);
      });
      const values = graph.node(opType, names, {
        attributes,
        outputs: Array.from({ length: outputs }, (_, i) => `y${i}`),
      });
      for (const value of values) graph.output(value);
      const session = await openSession(encodeModel(graph), { threads: 1 });
      const results = await session.run(feeds);
      for (const value of values) {
        const { type, dims } = results[value]!;
        expect({ dtype: type, shape: dims }).toEqual(graph.type(value));
      }
      await session.release();
    },
  );
});
