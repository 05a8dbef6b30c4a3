/** Products with large weights, so that ONNX Runtime's CPU provider keeps one copy of these for both directions. */
import { Graph } from '../graph.js';
import { type Attributes, floatAttribute, intAttribute, intsAttribute, type Node, type Value } from '../node.js';
import { isOpen, known, product, quotient, type Side, type Sides } from '../sides.js';
import { byteLength, type Shape } from '../tensor.js';

/** Smaller ones are not worth the operators around them. */
const leastBytes = 2 ** 20;

/**
 * With fewer rows reading weights in their own order takes longer than multiplying by them. Measured, one thread, with weights of 768 × 3072:
 * 1.2 times a product's time with 197 rows, 1.1 with 1024, but 3.6 with 16.
 */
const leastRows = 128;

/** A product x · W, or x · Wᵀ, with W a constant. */
interface Product {
  readonly x: Value;
  /** An initializer, float32[rows, columns]. */
  readonly weight: Value;
  /** Whether a node of its own transposes W. */
  readonly isSwapped: boolean;
  /** Whether W is transposed, by that node or by the product. */
  readonly isTransposed: boolean;
  /** Added to each row, one number a column. */
  readonly bias: Value | undefined;
  /** How many rows x has. */
  readonly rows: Side;
}

/**
 * A graph that computes the same but for rounding. ONNX Runtime keeps the second operand of each product in the order in which it is read, a
 * copy, and a transposed constant as a constant of its own, another one. Here what is transposed is the product's flag, and where x is a
 * single row, as in the classifier of one picture, the weights are the first operand, of which there is no copy: reading them is what the
 * product's time goes to, so that it takes as long (measured for 4096 × 25088 forth and back, 28 ms by one thread in either form). Weights
 * that many rows are multiplied by, on the way forth and back, become defaults of inputs, of which there are no copies either.
 */
export function shareWeights(graph: Graph): Graph {
  const products = new Map<Node, Product>();
  for (const node of graph.nodes) {
    const product = productOf(graph, node);
    if (product) products.set(node, product);
  }
  const unpacked = readBothWays([...products.values()]);
  const isRewritten = ({ rows, isSwapped }: Product): boolean => rows === 1 || isSwapped;
  if (unpacked.size === 0 && ![...products.values()].some(isRewritten)) return graph;
  const shared = Graph.withInputsOf(graph, true);
  for (const weight of unpacked)
    shared.initializers.set(weight, { ...graph.initializers.get(weight)!, isDefault: true });
  for (const node of graph.nodes) {
    const product = products.get(node);
    if (product && isRewritten(product)) appendProduct(shared, product, node, graph.sides(node.outputs[0]!));
    else shared.copy(graph, node);
  }
  shared.outputs.push(...graph.outputs);
  shared.removeUnused(new Set(shared.nodes.filter(({ opType }) => opType === 'Transpose')), []);
  return shared;
}

/** The weights that products with many rows read in both orders. */
function readBothWays(products: readonly Product[]): Set<Value> {
  const weightsRead = (transposed: boolean) =>
    new Set(products.filter(({ isTransposed }) => isTransposed === transposed).map(({ weight }) => weight));
  const few = new Set(products.filter(({ rows }) => isOpen(rows) || rows < leastRows).map(({ weight }) => weight));
  const [plain, transposed] = [weightsRead(false), weightsRead(true)];
  return new Set([...plain].filter((weight) => transposed.has(weight) && !few.has(weight)));
}

/** A node that is such a product with large weights; undefined for all others. */
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
  const isTransposed = isSwapped !== (isGemm && intAttribute(node, 'transB', 0) === 1);
  const sides = graph.sides(x);
  return { x, weight, isSwapped, isTransposed, bias, rows: quotient(product(sides), sides.at(-1)!) };
}

/** The product as a Gemm, with the name, the output and the shape that its node had. */
function appendProduct(graph: Graph, { x, weight, isTransposed, bias, rows }: Product, node: Node, sides: Sides): void {
  const [output] = node.outputs as [Value];
  const append = (opType: string, inputs: Value[], what: string, attributes: Attributes = {}): Value => {
    const name = graph.unusedName(`${output}/${what}`);
    return graph.node(opType, inputs, { name, outputs: [name], attributes })[0]!;
  };
  const as = (value: Value, wanted: Shape, what: string): Value =>
    append('Reshape', [value, graph.constant('int64', wanted)], what);
  const side = known(graph.sides(x).at(-1)!);
  const made =
    rows === 1
      ? append(
          'Gemm',
          [weight, as(x, [side, 1], 'column'), ...(bias ? [as(bias, [-1, 1], 'biases')] : [])],
          'product',
          {
            transA: isTransposed ? 0 : 1,
          },
        )
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
