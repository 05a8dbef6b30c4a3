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
  /** Left out. */
  readonly missing?: boolean;
}

export interface Check {
  readonly attributes?: Attributes;
  /** Type of the inputs. float64 where ONNX Runtime's CPU provider has the operator in it. Default: float32. */
  readonly dtype?: 'float32' | 'float64';
  /** What the gradient is written for; it is computed on the CPU. */
  readonly target?: Target;
  /** Half the distance of the difference. Default 1e-5 in float64; 0.25 in float32, exact for what is linear over it. */
  readonly step?: number;
  /** In float32, for what is smooth over 1/8: a difference of four values, whose error falls with the fourth power of the step. */
  readonly smooth?: boolean;
  readonly opset?: number;
  /** How many of its outputs the operator is asked for and differentiated through. Default: 1. */
  readonly outputs?: number;
  /** How many outputs the operator has to have besides. */
  readonly unused?: number;
  /** Checks the gradient of the gradient instead. */
  readonly second?: boolean;
}

/** Differentiates sum(weights · op(inputs)) with respect to every float input and compares each element. */
export async function expectGradient(opType: string, inputs: readonly Input[], check: Check = {}): Promise<void> {
  const dtype = check.dtype ?? 'float32';
  const graph = new Graph('forward', check.opset);
  const names = inputs.map((input, i): Value => {
    if (input.missing) return '';
    const name = `x${i}`;
    if (!input.constant && !input.dtype) return graph.input(name, dtype, input.shape);
    return graph.initializer(name, tensor(input.dtype ?? dtype, input.values ?? uniforms(input.shape), input.shape));
  });
  const outputs = Array.from({ length: check.outputs ?? 1 }, (_, i) => `y${i}`);
  const unused = Array.from({ length: check.unused ?? 0 }, (_, i) => `unused${i}`);
  graph.node(opType, names, { attributes: check.attributes ?? {}, outputs: [...outputs, ...unused] });
  const free = inputs.flatMap((input, i) =>
    input.constant || input.dtype || input.missing ? [] : [{ name: names[i]!, values: input.values }],
  );
  const data = free.map(({ name, values }) => values ?? uniforms(graph.shape(name)));
  const wrt = free.map(({ name }) => name);
  const of = check.second ? differentiate(graph, { of: weightedSum(graph, outputs).loss, wrt }) : outputs;
  await expectDerivatives(graph, { of, wrt, data, check });
}

/** The sum of the elements of values, each times a weight of its own. */
function weightedSum(graph: Graph, values: readonly Value[]): { loss: Value; weights: number[][] } {
  const o = new Operators(graph);
  const dtype = graph.dtype(graph.inputs[0]!);
  const weights = values.map((value) => uniforms(graph.shape(value)));
  const sums = values.map((value, i) => {
    const shape = graph.shape(value);
    // ONNX infers too large a shape for some pools in ceil mode, which a Reshape overrules.
    const stated = graph.add('Reshape', [o.cast(value, dtype), graph.constant('int64', shape)]);
    const weight = graph.initializer(graph.unusedName('weights'), tensor(dtype, weights[i]!, shape));
    return o.reduceSum(o.mul(stated, weight), [...shape.keys()], false);
  });
  return { loss: sums.reduce((a, b) => o.add(a, b)), weights };
}

interface Derivatives {
  readonly of: readonly Value[];
  readonly wrt: readonly Value[];
  /** Where the derivatives are taken: elements of each of `wrt`. */
  readonly data: readonly (readonly number[])[];
  readonly check: Pick<Check, 'step' | 'smooth' | 'target'>;
}

/** Compares the derivatives of sum(weights · of) with central differences, element by element. */
export async function expectDerivatives(graph: Graph, { of, wrt, data, check }: Derivatives): Promise<void> {
  const dtype = graph.dtype(graph.inputs[0]!) as 'float32' | 'float64';
  const array = dtype === 'float64' ? Float64Array : Float32Array;
  const step = check.step ?? (dtype === 'float64' ? 1e-5 : check.smooth ? 1 / 16 : 0.25);
  const shapes = of.map((value) => graph.shape(value));
  of.forEach((value, i) => {
    graph.output(value, `value_${i}`);
  });
  const forward = await openSession(encodeModel(graph));
  const { loss, weights } = weightedSum(graph, of);
  differentiate(graph, { of: loss, wrt, target: check.target }).forEach((gradient, i) => {
    graph.output(gradient, `gradient_${i}`);
  });
  const backward = await openSession(encodeModel(graph));

  const points = data.map((values) => array.from(values));
  const feeds = Object.fromEntries(wrt.map((name, i) => [name, new Tensor(dtype, points[i]!, graph.shape(name))]));
  const given = await forward.run(feeds);
  of.forEach((_, i) => {
    expect(given[`value_${i}`]!.dims).toEqual(shapes[i]);
  });
  const lossOf = async (): Promise<number> => {
    const found = await forward.run(feeds);
    return of
      .flatMap((_, k) => Array.from(found[`value_${k}`]!.data as Float32Array, (y, i) => Number(y) * weights[k]![i]!))
      .reduce((sum, term) => sum + term, 0);
  };
  const gradients = await backward.run(feeds);
  for (const [k, name] of wrt.entries()) {
    const gradient = gradients[`gradient_${k}`]!;
    const values = points[k]!;
    expect(gradient.dims).toEqual(graph.shape(name));
    const expected: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const value = values[i]!;
      const at = async (distance: number) => {
        values[i] = value + distance;
        return lossOf();
      };
      const difference = async (distance: number) => ((await at(distance)) - (await at(-distance))) / (2 * distance);
      const near = await difference(step);
      expected.push(check.smooth ? (4 * near - (await difference(2 * step))) / 3 : near);
      values[i] = value;
    }
    // Float32: rounding of y (1e-7 of its size) over the step. Float64: the third derivative times step² (1e-10).
    const scale = Math.max(1, ...expected.map(Math.abs));
    const tolerance = scale * (dtype === 'float64' ? 1e-7 : check.smooth ? 5e-5 : 1e-5);
    const worst = Math.max(...expected.map((value, i) => Math.abs(value - Number(gradient.data[i]))));
    expect({ name, worst: worst <= tolerance || worst }).toEqual({ name, worst: true });
  }
  await Promise.all([forward.release(), backward.release()]);
}
