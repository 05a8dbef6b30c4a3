/** Holds the gradient of a model against central differences of what ONNX Runtime computes. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { stops } from '../../src/onnx/gradient/stops.js';
import { differentiate, encodeModel, Operators, sizeOf, tensor, type Value } from '../../src/onnx/index.js';
import { type InferenceSession, openSession, Tensor } from '../../src/runtime/session.js';
import { type Example, readExample, TooLarge } from './model.js';

export type Verdict =
  /** The gradient in every float input agrees. */
  | 'agrees'
  | 'differs'
  /** What it is made of has no derivative. */
  | 'stops'
  /** It gives something else each time. */
  | 'is random'
  /** It would take minutes and gigabytes. */
  | 'is large'
  /** ONNX Runtime does not run it. */
  | 'is not run'
  /** Nothing that is a float depends on a float. */
  | 'no floats'
  /** It is not read, or what the gradient needs is missing. */
  | 'unread'
  | 'no rule';

export interface Finding {
  readonly verdict: Verdict;
  readonly operators: readonly string[];
  readonly dtype?: 'float32' | 'float64';
  readonly detail?: string;
}

/**
 * How far a gradient may be off, of the largest difference in an input. Float32: rounding (1e-7 of the loss, over a step of 1/4096 at
 * least) and the step's own error, where it is not smooth.
 */
const tolerance = { float64: 1e-5, float32: 2e-2 };

/** Half the distance of a difference; the best one counts, because the data is of any size, and bends lie anywhere. */
const steps = { float64: [1e-6, 1e-8], float32: [1 / 16, 1 / 64, 1 / 512, 1 / 4096] };

/** How many elements of an input are tried; more are tried by directions through all of them. */
const elements = 8;
const directions = 2;
/** An input of more elements than these is tried by a single one and by directions. */
const large = 10_000;

export async function checkGradient(folder: string): Promise<Finding> {
  let example: Example;
  try {
    example = await readExample(folder);
  } catch (error) {
    const verdict = error instanceof TooLarge ? 'is large' : 'unread';
    return { verdict, operators: [], detail: (error as Error).message };
  }
  const { graph, dtype } = example;
  const operators = [...new Set(graph.nodes.map(({ opType }) => opType))];
  const outputs = graph.outputs.filter((output) => graph.dtype(output) === dtype);
  if (graph.inputs.length === 0 || outputs.length === 0) return { verdict: 'no floats', operators };
  const forward = await openSession(encodeModel(graph)).catch((error: Error) => error.message);
  if (typeof forward === 'string') return { verdict: 'is not run', operators, dtype, detail: forward };
  try {
    const detail = await compare(forward, example, outputs).finally(() => forward.release());
    const isStop = operators.every((operator) => stops.has(operator));
    return {
      verdict: detail ? 'differs' : isStop ? 'stops' : 'agrees',
      operators,
      dtype,
      ...(detail ? { detail } : {}),
    };
  } catch (error) {
    if (error === randomness) return { verdict: 'is random', operators, dtype };
    const detail = (error as Error).message;
    if (/^Non-zero status code/.test(detail)) return { verdict: 'is not run', operators, dtype, detail };
    return { verdict: 'no rule', operators, dtype, detail };
  }
}

const randomness = new Error('the model is random');

/** What differs, or nothing. */
async function compare(
  forward: InferenceSession,
  { graph, inputs, dtype }: Example,
  outputs: readonly Value[],
): Promise<string | undefined> {
  const random = xoroshiro128plus(1);
  const uniform = (low: number, high: number) => low + (high - low) * uniformFloat64(random);
  const wrt = graph.inputs.filter((name) => graph.dtype(name) === dtype);
  const array = dtype === 'float64' ? Float64Array : Float32Array;
  // Away from ties and bends, at which whole numbers lie.
  const points = new Map(
    [...inputs].map(([name, values]) => [
      name,
      array.from(values.map((x) => x + uniform(0.01, 0.02) * Math.sign(uniform(-1, 1)))),
    ]),
  );
  const feeds = () =>
    Object.fromEntries(
      [...points].map(([name, data]) => [name, new Tensor(dtype, data as Float64Array, graph.shape(name))]),
    );

  // Roots and logarithms of random numbers are not all defined.
  const firstRun = await forward.run(feeds());
  const isDefined = outputs.every((name) => (firstRun[name]!.data as Float64Array).every(Number.isFinite));
  if (!isDefined) for (const [name, data] of points) points.set(name, data.map(Math.abs) as typeof data);

  const weights = outputs.map((output) => Array.from({ length: sizeOf(graph.shape(output)) }, () => uniform(-1, 1)));
  const o = new Operators(graph);
  const terms = outputs.map((output, i) => {
    const shape = graph.shape(output);
    const weight = graph.initializer(graph.unusedName('weight'), tensor(dtype, weights[i]!, shape));
    return o.reduceSum(o.mul(output, weight), [...shape.keys()], false);
  });
  const of = terms.reduce((a, b) => o.add(a, b));
  const made = differentiate(graph, { of, wrt, target: 'cpu' });
  made.forEach((gradient, i) => {
    graph.output(gradient, graph.unusedName(`gradient_${i}`));
  });
  const names = graph.outputs.slice(-made.length);
  const backward = await openSession(encodeModel(graph));
  const gradients = await backward.run(feeds());
  await backward.release();

  const loss = async () => {
    const found = await forward.run(feeds());
    return outputs
      .flatMap((name, k) => Array.from(found[name]!.data as Float64Array, (y, i) => Number(y) * weights[k]![i]!))
      .reduce((sum, term) => sum + term, 0);
  };
  const difference = async (name: string, direction: readonly number[], step: number) => {
    const kept = points.get(name)!;
    const at = async (distance: number) => {
      points.set(name, kept.map((x, i) => x + distance * direction[i]!) as typeof kept);
      return loss();
    };
    const slope = ((await at(step)) - (await at(-step))) / (2 * step);
    points.set(name, kept);
    return slope;
  };

  // Thrice: ONNX Runtime draws the same twice at first, where there is a seed.
  const losses = new Set([await loss(), await loss(), await loss()]);
  if (losses.size > 1) throw randomness;
  for (const [k, name] of wrt.entries()) {
    const gradient = Array.from(gradients[names[k]!]!.data as Float64Array, Number);
    const size = gradient.length;
    const steepest = gradient.reduce((greatest, value) => Math.max(greatest, Math.abs(value)), 1);
    const few = Math.min(size, size > large ? 1 : elements);
    for (let i = 0; i < few + (size > few ? directions : 0); i++) {
      const place = Math.floor((i * size) / few);
      const direction = gradient.map((_, at) => (i < few ? Number(at === place) : uniform(-1, 1)));
      const expected = gradient.reduce((sum, value, at) => sum + value * direction[at]!, 0);
      const found: number[] = [];
      for (const step of steps[dtype]) found.push(await difference(name, direction, step));
      // A step may leave where the function is defined.
      const defined = found.filter(Number.isFinite);
      const scale = Math.max(steepest, ...defined.map(Math.abs));
      const nearest = Math.min(...defined.map((value) => Math.abs(value - expected)));
      if (!(nearest <= tolerance[dtype] * scale)) return `in '${name}': ${expected}, not ${found.join(' or ')}`;
    }
  }
  return undefined;
}
