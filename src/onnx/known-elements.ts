/** Elements of values that are known before anything runs. */
import { intAttribute, type Node, type Value } from './node.js';
import { product, type Sides, times } from './sides.js';
import { isReadable, type Tensor, tensorValues } from './tensor.js';

/** What is asked of a graph for them. */
export interface Producers {
  readonly initializers: ReadonlyMap<Value, Tensor>;
  producer(value: Value): Node | undefined;
  sides(value: Value): Sides;
}

/** The elements of a constant, or undefined where they are not here, or not numbers. */
export const readValues = (held: Tensor): number[] | undefined =>
  held.data instanceof Uint8Array && isReadable(held.dtype) ? tensorValues(held) : undefined;

/**
 * The elements of a constant, of the sides of a value, or of a product of such; undefined for others. What a file computes of them is
 * folded when it is read (load/).
 * @param depth how many products of products are followed: two ways at each.
 */
export function knownElements(graph: Producers, value: Value, depth = 8): Sides | undefined {
  const initializer = graph.initializers.get(value);
  if (initializer) return readValues(initializer);
  const node = graph.producer(value);
  switch (node?.opType) {
    case 'Shape': {
      const shape = graph.sides(node.inputs[0]!);
      return shape.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', shape.length));
    }
    case 'Size':
      return [product(graph.sides(node.inputs[0]!))];
    case 'Mul': {
      if (depth === 0) return undefined;
      const [values, factor] = node.inputs.map((input) => knownElements(graph, input, depth - 1));
      return factor?.length === 1 ? values?.map((value) => times(value, factor[0]!)) : undefined;
    }
    case 'Constant': {
      const held = node.attributes.value;
      return typeof held === 'object' && 'tensor' in held ? readValues(held.tensor) : undefined;
    }
    default:
      return undefined;
  }
}
