/** Products with large weights, so that ONNX Runtime's CPU provider keeps one copy of these for both directions. */
import { Graph } from '../graph.js';
import { type Attributes, floatAttribute, intAttribute, intsAttribute, type Node, type Value } from '../node.js';
import { isOpen, known, product, type Sides } from '../sides.js';
import { byteLength, type Shape } from '../tensor.js';

/** Smaller ones are not worth the operators around them. */
const leastBytes = 2 ** 20;

/** A product x · W, or x · Wᵀ, with W a constant. */
interface Product {
  readonly x: Value;
  /** An initializer, float32[rows, columns]. */
  readonly weight: Value;
  /** Whether W is transposed. */
  readonly isTransposed: boolean;
  /** Added to each row, one number a column. */
  readonly bias: Value | undefined;
  /** Whether x is a single row. */
  readonly isOneRow: boolean;
}

/**
 * A graph that computes the same but for rounding. ONNX Runtime keeps the second operand of each product in the order in which it is read, a
 * copy, and a transposed constant as a constant of its own, another one. Here what is transposed is the product's flag, and where x is a
 * single row, as in the classifier of one picture, the weights are the first operand, of which there is no copy: reading them is what the
 * product's time goes to, so that it takes as long (measured for 4096 × 25088 forth and back, 28 ms by one thread in either form).
 */
export function shareWeights(graph: Graph): Graph {
  const products = new Map<Node, Product>();
  for (const node of graph.nodes) {
    const product = productOf(graph, node);
    if (product) products.set(node, product);
  }
  if (products.size === 0) return graph;
  const shared = Graph.withInputsOf(graph, true);
  for (const node of graph.nodes) {
    const product = products.get(node);
    if (product) appendProduct(shared, product, node, graph.sides(node.outputs[0]!));
    else shared.copy(graph, node);
  }
  shared.outputs.push(...graph.outputs);
  return shared;
}

/** A node that is such a product, where it is worth another form; undefined for all others. */
function productOf(graph: Graph, node: Node): Product | undefined {
  const { opType, domain, inputs, outputs } = node;
  const isGemm = opType === 'Gemm';
  if (domain !== '' || !(isGemm || opType === 'MatMul') || graph.knownType(outputs[0]!)?.dtype !== 'float32')
    return undefined;
  const [x, factor, bias] = inputs as [Value, Value, Value | undefined];
  const isScaled = floatAttribute(node, 'alpha', 1) !== 1 || floatAttribute(node, 'beta', 1) !== 1;
  if (isGemm && (isScaled || intAttribute(node, 'transA', 0) === 1)) return undefined;
  const swap = graph.producer(factor);
  const isSwapped = swap?.opType === 'Transpose' && intsAttribute(swap, 'perm')?.join() === '1,0';
  const weight = isSwapped ? swap.inputs[0]! : factor;
  const held = graph.initializers.get(weight);
  if (held?.shape.length !== 2 || byteLength(held) < leastBytes) return undefined;
  // What it is reshaped to is said by a constant.
  if (graph.sides(outputs[0]!).filter(isOpen).length > 1) return undefined;
  const columns = graph.sides(outputs[0]!).at(-1)!;
  if (bias && ![`${columns}`, `1,${columns}`].includes(graph.sides(bias).join())) return undefined;
  const isOneRow = product(graph.sides(x)) === graph.sides(x).at(-1);
  const isTransposed = isSwapped !== (isGemm && intAttribute(node, 'transB', 0) === 1);
  return isOneRow || isSwapped ? { x, weight, isTransposed, bias, isOneRow } : undefined;
}

/** The product as a Gemm, with the name, the output and the shape that its node had. */
function appendProduct(
  graph: Graph,
  { x, weight, isTransposed, bias, isOneRow }: Product,
  node: Node,
  sides: Sides,
): void {
  const [output] = node.outputs as [Value];
  const append = (opType: string, inputs: Value[], what: string, attributes: Attributes = {}): Value => {
    const name = graph.unusedName(`${output}/${what}`);
    return graph.node(opType, inputs, { name, outputs: [name], attributes })[0]!;
  };
  const as = (value: Value, wanted: Shape, what: string): Value =>
    append('Reshape', [value, graph.constant('int64', wanted)], what);
  const side = known(graph.sides(x).at(-1)!);
  const made = isOneRow
    ? append('Gemm', [weight, as(x, [side, 1], 'column'), ...(bias ? [as(bias, [-1, 1], 'biases')] : [])], 'product', {
        transA: isTransposed ? 0 : 1,
      })
    : append('Gemm', [as(x, [-1, side], 'rows'), weight, ...(bias ? [bias] : [])], 'product', {
        transB: isTransposed ? 1 : 0,
      });
  const shape = graph.constant(
    'int64',
    sides.map((one) => (isOpen(one) ? -1 : one)),
  );
  const types = [{ dtype: graph.dtype(made), shape: sides }];
  graph.node('Reshape', [made, shape], { name: node.name, outputs: [output], types });
}
