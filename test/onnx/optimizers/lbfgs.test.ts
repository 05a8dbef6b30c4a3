/** L-BFGS as nodes against its algorithm in float64. */
import { describe, expect, test } from '@jest/globals';
import { encodeModel, Graph, Operators, targets, unsupportedNodes } from '../../../src/onnx/index.js';
import { mapNamed, type Named } from '../../../src/onnx/named.js';
import { lbfgs } from '../../../src/onnx/optimizers/lbfgs.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';

type Gradient = (x: readonly number[]) => number[];

interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

const unbounded: Bounds = { lower: -1e9, upper: 1e9 };

/** Two parameters, so that what belongs to all of them together shows: x is cut into the first two elements and the others. */
const partsOf = (x: readonly number[]) => ({ head: x.slice(0, 2), tail: x.slice(2) });

function stepGraph(length: number, { lower, upper }: Bounds): Graph {
  const graph = new Graph('lbfgs');
  const o = new Operators(graph);
  const parts = Object.entries(partsOf(Array(length).fill(0))).filter(([, part]) => part.length > 0);
  const shapes = Object.fromEntries(parts.map(([name, part]) => [name, [1, part.length]]));
  const inputs = (named: Named<readonly number[]>, base = '') =>
    mapNamed(named, (shape, name) => graph.input(base + name, 'float32', shape));
  const next = lbfgs.append({
    graph,
    parameters: inputs(shapes),
    gradients: inputs(shapes, 'gradient of '),
    slots: inputs(lbfgs.slots(shapes)),
    scalars: inputs(mapNamed(lbfgs.scalars(1, 1), () => [])),
    constrain: (values) => mapNamed(values, (value) => o.clip(value, lower, upper)),
  });
  for (const [name, value] of Object.entries({ ...next.parameters, ...next.slots })) graph.output(value, `${name}_out`);
  return graph;
}

/** The points that the graph goes through, computed in float32. */
async function points(
  gradient: Gradient,
  start: readonly number[],
  rate: number,
  steps: number,
  bounds = unbounded,
): Promise<number[][]> {
  const graph = stepGraph(start.length, bounds);
  const session = await openSession(encodeModel(graph));
  const tensor = (values: ArrayLike<number>, shape: readonly number[]) =>
    new Tensor('float32', Float32Array.from(values), shape);
  const given = Object.entries(partsOf(start)).filter(([, part]) => part.length > 0);
  let parameters = Object.fromEntries(given.map(([name, part]) => [name, tensor(part, [1, part.length])]));
  const shapes = mapNamed(parameters, ({ dims }) => dims);
  let slots: Named<Tensor> = mapNamed(lbfgs.slots(shapes), (shape) =>
    tensor(Array(shape.reduce((product, side) => product * side, 1)).fill(0), shape),
  );
  const passed = lbfgs.passedOn!(shapes);
  const found: number[][] = [];
  for (let step = 1; step <= steps; step++) {
    const x = Object.values(parameters).flatMap(({ data }) => [...(data as Float32Array)]);
    const g = Object.entries(partsOf(gradient(x))).filter(([name]) => name in parameters);
    const results = await session.run({
      ...parameters,
      ...slots,
      ...Object.fromEntries(g.map(([name, part]) => [`gradient of ${name}`, tensor(part, [1, part.length])])),
      ...mapNamed(lbfgs.scalars(step, rate), (value) => tensor([value], [])),
    });
    parameters = mapNamed(parameters, (_, name) => results[`${name}_out`]!) as typeof parameters;
    const before = slots;
    slots = mapNamed(slots, (_, name) => results[`${name}_out`] ?? before[passed[name]!]!);
    found.push(Object.values(parameters).flatMap(({ data }) => [...(data as Float32Array)]));
  }
  await session.release();
  return found;
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

/** The same in float64: Nocedal & Wright's algorithm 7.4 as it is printed, with ten pairs. */
function reference(
  gradient: Gradient,
  start: readonly number[],
  rate: number,
  steps: number,
  { lower, upper } = unbounded,
): number[][] {
  let x = [...start];
  let g = gradient(x);
  let gamma = 0;
  let pairs: { s: number[]; y: number[]; rho: number }[] = [];
  const found: number[][] = [];
  for (let step = 0; step < steps; step++) {
    let q = g;
    const alphas = pairs.map(({ s, y, rho }) => {
      const alpha = rho * dot(s, q);
      q = q.map((value, i) => value - alpha * y[i]!);
      return alpha;
    });
    const mean = g.reduce((sum, value) => sum + Math.abs(value), 0) / g.length;
    let r = q.map((value) => value * (gamma || 1 / mean));
    for (const [k, { s, y, rho }] of [...pairs.entries()].reverse()) {
      const beta = rho * dot(y, r);
      r = r.map((value, i) => value + s[i]! * (alphas[k]! - beta));
    }
    const next = x.map((value, i) => Math.min(upper, Math.max(lower, value - rate * r[i]!)));
    const s = next.map((value, i) => value - x[i]!);
    const after = gradient(next);
    const y = after.map((value, i) => value - g[i]!);
    const counts = dot(s, y) > 1e-5 * Math.sqrt(dot(s, s) * dot(y, y));
    if (counts) gamma = dot(s, y) / dot(y, y);
    pairs = [{ s, y, rho: counts ? 1 / dot(s, y) : 0 }, ...pairs].slice(0, 10);
    [x, g] = [next, after];
    found.push(x);
  }
  return found;
}

const rosenbrock: Gradient = ([a, b]) => [-400 * a! * (b! - a! * a!) - 2 * (1 - a!), 200 * (b! - a! * a!)];

/** Σ dᵢ (xᵢ − i)² / 2, d from 1 to 100. */
const count = 16;
const curvatures = Array.from({ length: count }, (_, i) => 100 ** (i / (count - 1)));
const quadratic: Gradient = (x) => x.map((value, i) => curvatures[i]! * (value - i));

const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('lbfgs', () => {
  test.each([
    ['a quadratic', quadratic, Array<number>(count).fill(0), 1],
    ['Rosenbrock', rosenbrock, [-1.2, 1], 0.5],
  ] as const)('on %s goes where it goes in float64, more than its history long', async (_, gradient, start, rate) => {
    const steps = 14;
    const [found, expected] = [await points(gradient, start, rate, steps), reference(gradient, start, rate, steps)];
    for (let i = 0; i < steps; i++) {
      // float32 rounds at 6e-8 of up to 16, and each step multiplies what the ones before it rounded.
      expect(distance(found[i]!, expected[i]!)).toBeLessThan(i < 5 ? 1e-4 : 2e-3);
    }
  });

  test('ends in the minimum of both', async () => {
    const bowl = await points(quadratic, Array<number>(count).fill(0), 1, 60);
    expect(distance(bowl.at(-1)!, [...Array(count).keys()])).toBeLessThan(1e-4);
    const valley = await points(rosenbrock, [-1.2, 1], 1, 60);
    expect(distance(valley.at(-1)!, [1, 1])).toBeLessThan(1e-3);
  });

  test('the first step is the learning rate on average, along the gradient', async () => {
    const [first] = await points(([a, b, c]) => [a! * 1e-7, b! * 1e-7, c! * 1e-7], [3, -1, 2], 0.5, 1);
    expect(distance(first!, [3 - 0.75, -1 + 0.25, 2 - 0.5])).toBeLessThan(1e-6);
  });

  test('within bounds it ends at them, and what it remembers are the steps that were taken', async () => {
    const bounds = { lower: -2, upper: 6.5 };
    const found = await points(quadratic, Array<number>(count).fill(0), 1, 40, bounds);
    for (const x of found) expect(x.every((value) => value >= -2 && value <= 6.5)).toBe(true);
    const expected = reference(quadratic, Array<number>(count).fill(0), 1, 40, bounds);
    expect(distance(found[5]!, expected[5]!)).toBeLessThan(1e-4);
    expect(
      distance(
        found.at(-1)!,
        [...Array(count).keys()].map((i) => Math.min(i, 6.5)),
      ),
    ).toBeLessThan(1e-2);
  });

  test('a step in which the curvature is not positive teaches it nothing', async () => {
    // A hill: what it has learned of it would lead up again.
    const hill: Gradient = (x) => x.map((value) => -value);
    const [, second, third] = await points(hill, [1, 2, 3], 1, 3);
    expect(third!.every((value, i) => value > second![i]! && second![i]! > i + 1)).toBe(true);
  });

  test('nothing moves where there is no gradient any more', async () => {
    const found = await points((x) => x.map((value) => (value > 1 ? 1 : 0)), [4, 4, 4], 2, 8);
    expect(found.at(-1)!.every(Number.isFinite)).toBe(true);
  });

  test.each(targets)('%s has a kernel for every node', (target) => {
    expect(unsupportedNodes(stepGraph(count, unbounded), target)).toEqual([]);
  });
});
