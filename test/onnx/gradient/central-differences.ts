/** Checks the gradient of an operator against central differences, computed by ONNX Runtime itself. */
import { expect } from '@jest/globals';
import { differentiate } from '../../../src/onnx/gradient/differentiate.js';
import { Graph } from '../../../src/onnx/graph.js';
import { encodeModel } from '../../../src/onnx/model.js';
import type { Attributes, Value } from '../../../src/onnx/node.js';
import { Operators } from '../../../src/onnx/operators.js';
import type { Target } from '../../../src/onnx/provider-kernels.js';
import { type DType, type Shape, tensor } from '../../../src/onnx/tensor.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';

/** An input of the operator. Integers and booleans, and what is marked constant, become initializers. */
export interface Input {
  readonly shape: Shape;
  /** Default: uniform in [-1, 1). */
  readonly values?: readonly number[] | undefined;
  readonly dtype?: DType;
  readonly constant?: boolean;
}

export interface Check {
  readonly attributes?: Attributes;
  /** Type of the inputs. float64 where ONNX Runtime's CPU provider has the operator in it. Default: float32. */
  readonly dtype?: 'float32' | 'float64';
  /** What the gradient is written for; it is computed on the CPU. */
  readonly target?: Target;
  /** Half the distance of the difference. Default 1e-5 in float64; 0.25 in float32, exact for what is linear over it. */
  readonly step?: number;
}

/** Differentiates sum(weights · op(inputs)) with respect to every float input and compares each element. */
export async function expectGradient(opType: string, inputs: readonly Input[], check: Check = {}): Promise<void> {
  const dtype = check.dtype ?? 'float32';
  const step = check.step ?? (dtype === 'float64' ? 1e-5 : 0.25);
  const array = dtype === 'float64' ? Float64Array : Float32Array;
  const graph = new Graph('forward');
  const names = inputs.map((input, i): Value => {
    const name = `x${i}`;
    const values = input.values ?? uniforms(input.shape);
    if (!input.constant && !input.dtype) return graph.input(name, dtype, input.shape);
    return graph.initializer(name, tensor(input.dtype ?? dtype, values, input.shape));
  });
  const free = inputs.flatMap((input, i) =>
    input.constant || input.dtype
      ? []
      : [{ name: names[i]!, shape: input.shape, data: new array(input.values ?? uniforms(input.shape)) }],
  );
  const [y] = graph.node(opType, names, { attributes: check.attributes ?? {} });
  graph.output(y!, 'y');
  const forward = await openSession(encodeModel(graph));

  const o = new Operators(graph);
  const weights = uniforms(graph.shape(y!));
  // ONNX infers too large a shape for some pools in ceil mode, which a Reshape overrules.
  const stated = graph.add('Reshape', [o.cast(y!, dtype), graph.constant('int64', graph.shape(y!))]);
  const weighted = o.mul(stated, graph.initializer('weights', tensor(dtype, weights, graph.shape(y!))));
  const loss = o.reduceSum(weighted, [...graph.shape(y!).keys()], false);
  differentiate(graph, { of: loss, wrt: free.map(({ name }) => name), target: check.target }).forEach((gradient, i) => {
    graph.output(gradient, `gradient_${free[i]!.name}`);
  });
  const backward = await openSession(encodeModel(graph));

  const feeds = Object.fromEntries(free.map(({ name, shape, data }) => [name, new Tensor(dtype, data, shape)]));
  expect((await forward.run(feeds)).y!.dims).toEqual(graph.shape(y!));
  const lossOf = async (): Promise<number> => {
    const { y } = await forward.run(feeds);
    return (y!.data as Float32Array).reduce((sum, value, i) => sum + Number(value) * weights[i]!, 0);
  };
  const gradients = await backward.run(feeds);
  for (const { name, shape, data } of free) {
    const gradient = gradients[`gradient_${name}`]!;
    expect(gradient.dims).toEqual(shape);
    const expected: number[] = [];
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      data[i] = value + step;
      const after = await lossOf();
      data[i] = value - step;
      const before = await lossOf();
      data[i] = value;
      expected.push((after - before) / (2 * step));
    }
    // Float32: rounding of y (1e-7 of its size) over the step. Float64: the third derivative times step² (1e-10).
    const scale = Math.max(1, ...expected.map(Math.abs));
    const tolerance = scale * (dtype === 'float64' ? 1e-7 : 1e-5);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - Number(gradient.data[i]))));
    expect({ name, worst: worst <= tolerance || worst }).toEqual({ name, worst: true });
  }
  await Promise.all([forward.release(), backward.release()]);
}
