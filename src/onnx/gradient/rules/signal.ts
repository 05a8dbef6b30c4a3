/** Gradients of determinants and Fourier transforms. */
import { intAttribute, type Value } from '../../node.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';

export const signal: GradientRules = {
  Det: [(c) => c.o.mul(expandDet(c), cofactors(c))],
  DFT: { formula: transform },
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

/** A product with the matrix of roots of one. The last axis is real and imaginary part, or real alone. */
function transform(c: RuleContext): Value {
  const { o, graph, node } = c;
  const shape = c.shape(0);
  const last = shape.length - 1;
  const axis = c.axis(c.has(2) ? c.constants(2)[0]! : intAttribute(node, 'axis', shape.length - 2), shape.length);
  const length = c.has(1) ? c.constants(1)[0]! : shape[axis]!;
  const isInverse = intAttribute(node, 'inverse', 0) === 1;
  const count = intAttribute(node, 'onesided', 0) === 1 ? Math.floor(length / 2) + 1 : length;
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
  const signals = o.transpose(o.slice(c.a, { starts: [0], ends: [used], axes: [axis] }), order);
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
