/** Gradients of determinants and Fourier transforms. */
import { intAttribute, type Value } from '../../node.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';

export const signal: GradientRules = {
  Det: [(c) => c.o.mul(expandDet(c), cofactors(c))],
  DFT: { formula: transform },
  STFT: { formula: shortTransform },
};

const expandDet = (c: GradientContext): Value => c.o.reshape(c.dy, [...c.graph.shape(c.dy), 1, 1]);

/** Every determinant of what is left without a row and a column, with its sign. Singular matrices have them too, unlike inverses. */
function cofactors(c: GradientContext): Value {
  const { o, graph } = c;
  const shape = c.shape(0);
  const rank = shape.length;
  const side = shape[rank - 1]!;
  if (side === 1) return graph.constant(c.dtype(0), [1], [1, 1]);
  c.limit(side ** 4);
  const rest = Array.from({ length: side }, (_, left) => [...Array(side).keys()].filter((i) => i !== left));
  const others = graph.constant('int64', rest.flat(), [side, side - 1]);
  // [..., row left out, rows, column left out, columns]
  const minors = o.gather(o.gather(c.a, others, rank - 2), others, rank);
  const batch = [...Array(rank - 2).keys()];
  const order = [...batch, rank - 2, rank, rank - 1, rank + 1];
  const signs = Array.from({ length: side ** 2 }, (_, i) => (-1) ** (Math.floor(i / side) + (i % side)));
  const determinants = graph.add('Det', [o.transpose(minors, order)]);
  return o.mul(determinants, graph.constant(c.dtype(0), signs, [side, side]));
}

/** Frames of the signal [N, length, parts], `step` apart, times the window, each transformed: [N, frames, …, 2]. */
function shortTransform(c: RuleContext): Value {
  const { o, graph, node } = c;
  const [, length, parts] = [...c.shape(0), 1] as [number, number, number];
  const step = c.constants(1)[0]!;
  const window = c.optional(2);
  const size = c.has(3) ? c.constants(3)[0]! : c.shape(2)[0]!;
  const frames = Math.floor((length - size) / step) + 1;
  c.limit(frames * size);
  const places = Array.from({ length: frames * size }, (_, i) => Math.floor(i / size) * step + (i % size));
  const signal = o.reshape(c.a, [c.shape(0)[0]!, length, parts]);
  const cut = o.gather(signal, graph.constant('int64', places, [frames, size]), 1);
  const weighted = window === undefined ? cut : o.mul(cut, o.reshape(window, [size, 1]));
  const isOneSided = intAttribute(node, 'onesided', 1) === 1;
  return rootsOfOne(c, weighted, { axis: 2, length: size, isInverse: false, isOneSided });
}

function transform(c: RuleContext): Value {
  const { node } = c;
  const rank = c.shape(0).length;
  const axis = c.axis(c.has(2) ? c.constants(2)[0]! : intAttribute(node, 'axis', rank - 2), rank);
  const length = c.has(1) ? c.constants(1)[0]! : c.shape(0)[axis]!;
  const [isInverse, isOneSided] = ['inverse', 'onesided'].map((name) => intAttribute(node, name, 0) === 1);
  return rootsOfOne(c, c.a, { axis, length, isInverse: isInverse!, isOneSided: isOneSided! });
}

interface Transform {
  readonly axis: number;
  readonly length: number;
  readonly isInverse: boolean;
  readonly isOneSided: boolean;
}

/** A product with the matrix of roots of one. The last axis is real and imaginary part, or real alone. */
function rootsOfOne(c: RuleContext, x: Value, { axis, length, isInverse, isOneSided }: Transform): Value {
  const { o, graph } = c;
  const shape = graph.shape(x);
  const last = shape.length - 1;
  const count = isOneSided ? Math.floor(length / 2) + 1 : length;
  const used = Math.min(length, shape[axis]!);
  c.limit(used * count);
  const matrix = (of: (angle: number) => number) => {
    const values = Array.from({ length: used * count }, (_, i) => {
      const turn = ((Math.floor(i / count) * (i % count)) % length) / length;
      return of(2 * Math.PI * turn) / (isInverse ? length : 1);
    });
    return graph.constant(c.dtype(0), values, [used, count]);
  };
  const [cosines, sines] = [matrix(Math.cos), matrix(Math.sin)];
  const before = [...shape.keys()].filter((other) => other !== axis && other !== last);
  const order = [...before, last, axis];
  // [..., parts, used]
  const signals = o.transpose(o.slice(x, { starts: [0], ends: [used], axes: [axis] }), order);
  const part = (at: number) => o.slice(signals, { starts: [at], ends: [at + 1], axes: [last - 1] });
  const direction = isInverse ? 1 : -1;
  const real = part(0);
  let made: [Value, Value] = [o.matMul(real, cosines), o.mul(o.matMul(real, sines), direction)];
  if (shape[last] === 2) {
    const imaginary = part(1);
    made = [o.sub(made[0], o.mul(o.matMul(imaginary, sines), direction)), o.add(made[1], o.matMul(imaginary, cosines))];
  }
  const joined = o.concat(made, last - 1);
  return o.transpose(
    joined,
    [...shape.keys()].map((other) => order.indexOf(other)),
  );
}
