/** Keeps values in the layout in which ONNX Runtime's CPU provider computes convolutions: channels in blocks. */
import { Graph } from '../graph.js';
import { blockSide } from '../memory.js';
import { intAttribute, type Node, type Value } from '../node.js';
import { known } from '../sides.js';

/** Of one value, computed in the layout that it comes in. */
const unary = new Set(['Relu', 'Sigmoid', 'Tanh', 'HardSigmoid', 'MaxPool', 'AveragePool']);
/** Of two values, computed in blocks where both come in blocks. */
const binary = new Set(['Add', 'Mul']);

/**
 * A graph that computes the same numbers. Where one operand of a sum or a product comes in blocks and the other does not (out of a
 * ConvTranspose, an Expand), all that follows leaves the blocks, along a network's whole residual path, and comes into them again for each
 * convolution. The other one is brought into blocks here, by a convolution of each channel with 1, which costs no more than it saves at once.
 */
export function bridgeLayouts(graph: Graph): Graph {
  const nodes = new BlockedNodes(graph);
  const leading = leadingToConvolutions(graph, nodes);
  const bridged = Graph.withInputsOf(graph, true);
  const blocked = new Set<Value>();
  const bridges = new Map<Value, Value>();
  const inBlocks = (value: Value): Value => {
    const there = blocked.has(value) ? value : bridges.get(value);
    if (there !== undefined) return there;
    const channels = known(graph.sides(value)[1]!);
    const ones = bridged.constant('float32', Array<number>(channels).fill(1), [channels, 1, 1, 1]);
    const name = bridged.unusedName(`${value}/blocks`);
    bridged.node('Conv', [value, ones], {
      name,
      outputs: [name],
      attributes: { group: channels, kernel_shape: [1, 1] },
    });
    bridges.set(value, name);
    return name;
  };
  for (const node of graph.nodes) {
    const [output, areBlocked] = [node.outputs[0]!, node.inputs.map((input) => blocked.has(input))];
    const isPair = nodes.isPair(node);
    const isBridged = isPair && areBlocked.includes(true) && leading.has(output);
    bridged.copy(graph, node, isBridged ? { inputs: node.inputs.map(inBlocks) } : {});
    const staysBlocked = isPair ? !areBlocked.includes(false) : areBlocked[0] && nodes.isPassing(node);
    if (isBridged || staysBlocked || nodes.isConvolution(node)) blocked.add(output);
  }
  bridged.outputs.push(...graph.outputs);
  return bridges.size === 0 ? graph : bridged;
}

/** What convolutions read that are computed in blocks, and the operands of sums and products that lead there. */
function leadingToConvolutions(graph: Graph, nodes: BlockedNodes): Set<Value> {
  const leading = new Set<Value>();
  for (const node of graph.nodes.toReversed()) {
    if (nodes.isConvolution(node)) leading.add(node.inputs[0]!);
    else if (nodes.isPair(node) && leading.has(node.outputs[0]!)) for (const input of node.inputs) leading.add(input);
  }
  return leading;
}

/** Which nodes ONNX Runtime computes in blocks, or can. */
class BlockedNodes {
  readonly #constants: ReadonlySet<Value>;

  constructor(private readonly graph: Graph) {
    const constants = new Set(graph.initializers.keys());
    // Such as a kernel that is turned round for a gradient.
    for (const { inputs, outputs } of graph.nodes) {
      if (inputs.every((input) => constants.has(input))) for (const output of outputs) constants.add(output);
    }
    this.#constants = constants;
  }

  /** A convolution with a constant kernel. */
  isConvolution(node: Node): boolean {
    if (node.opType !== 'Conv' || node.domain !== '' || !this.#constants.has(node.inputs[1]!)) return false;
    const group = intAttribute(node, 'group', 1);
    const [input, output] = [node.inputs[0]!, node.outputs[0]!];
    return this.#hasBlocks(input) && this.#hasBlocks(output) && (group === 1 || group === this.graph.sides(input)[1]);
  }

  /** A sum or a product of two values of the same shape. */
  isPair({ opType, domain, inputs, outputs }: Node): boolean {
    if (!binary.has(opType) || domain !== '' || !this.#hasBlocks(outputs[0]!)) return false;
    const shape = this.graph.sides(outputs[0]!).join();
    return inputs.every((input) => this.graph.sides(input).join() === shape && !this.#constants.has(input));
  }

  /** What takes one value in the layout that it comes in. */
  isPassing = ({ opType, domain, outputs }: Node): boolean =>
    unary.has(opType) && domain === '' && outputs.length === 1 && this.#hasBlocks(outputs[0]!);

  #hasBlocks(value: Value): boolean {
    const type = this.graph.knownType(value);
    const channels = type?.shape.length === 4 ? type.shape[1]! : undefined;
    return type?.dtype === 'float32' && typeof channels === 'number' && channels % blockSide === 0;
  }
}
