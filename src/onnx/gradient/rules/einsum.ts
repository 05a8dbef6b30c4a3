/** Gradient of Einsum: another one, in which the input and the output have changed places. */
import { equationOf } from '../../einsum.js';
import type { Value } from '../../node.js';
import { known } from '../../sides.js';
import type { GradientContext, GradientRules } from '../context.js';

export const einsum: GradientRules = { Einsum: inputBack };

function inputBack(c: GradientContext, input: number): Value {
  const { graph, node } = c;
  const { inputs, output, sides, unused } = equationOf(c);
  const dtype = graph.dtype(c.dy);
  const operands: [string, Value][] = inputs.flatMap((term, i) => (i === input ? [] : [[term, node.inputs[i]!]]));
  // A number is multiplied at the end: an empty term is not known to every kernel.
  if (output !== '') operands.push([output, c.dy]);

  // A letter that comes twice reads a diagonal: the gradient is zero beside it, as a second letter and the identity say.
  const fresh = [...unused];
  let own = '';
  for (const letter of inputs[input]!) {
    if (!own.includes(letter)) {
      own += letter;
      continue;
    }
    const side = known(sides.get(letter)!);
    c.limit(side * side);
    const another = fresh.shift() ?? c.fail('its equation has too many axes');
    const identity = Array.from({ length: side * side }, (_, i) => (i % (side + 1) === 0 ? 1 : 0));
    operands.push([letter + another, graph.constant(dtype, identity, [side, side])]);
    own += another;
  }
  // What is summed in this input alone gets the same along that axis.
  for (const letter of own) {
    if (operands.some(([term]) => term.includes(letter))) continue;
    const side = sides.get(letter)!;
    operands.push([letter, c.o.expand(graph.constant(dtype, [1]), [side])]);
  }
  const terms = operands.map(([term]) => term);
  const values = operands.map(([, value]) => value);
  if (values.length === 0) return c.dy;
  const product = graph.add('Einsum', values, { equation: `${terms.join(',')}->${own}` });
  return output === '' ? c.o.mul(product, c.dy) : product;
}
