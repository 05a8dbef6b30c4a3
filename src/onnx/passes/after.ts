/**
 * When a value is computed. ONNX Runtime orders nodes by depth-first search from the outputs, and so decides at the first possible or at
 * the last moment; where that holds more memory than has to be, a Reshape to the shape that a value already has makes it wait, and
 * costs nothing.
 */
import type { Graph } from '../graph.js';
import type { Value } from '../node.js';

/** The value, there only after the others have been computed. */
export function after(graph: Graph, value: Value, others: readonly Value[]): Value {
  return others.reduce((later, other) => {
    const shape = ownShape(graph, later, other);
    return append(graph, 'Reshape', [later, shape], `${value}/after`);
  }, value);
}

/** What reshapes `value` to its own shape, made of `other`. */
function ownShape(graph: Graph, value: Value, other: Value): Value {
  const own = graph.shape(value);
  if (own.join() === graph.shape(other).join()) return append(graph, 'Shape', [other], `${value}/sides`);
  // A side of zero stays as it is.
  const zeros = graph.constant(
    'int64',
    own.map(() => 0),
  );
  return append(graph, 'Mul', [zeros, append(graph, 'Size', [other], `${value}/size`)], `${value}/zeros`);
}

/** A node and its output, named so that they do not meet those of a graph that is being copied. */
function append(graph: Graph, opType: string, inputs: Value[], name: string): Value {
  const unused = graph.unusedName(name);
  return graph.node(opType, inputs, { name: unused, outputs: [unused] })[0]!;
}
