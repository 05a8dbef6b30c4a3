/** Constants in the forms that files give them. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { type Node, nodeLabel } from '../node.js';
import {
  byteLength,
  isPossible,
  sizeOf,
  type Tensor,
  tensor,
  tensorFromProto,
  tensorValues,
  toNumber,
} from '../tensor.js';

/** Bytes of a sparse constant written out at most: what a file says of its sides takes no place in it. */
const largestDense = 2 ** 26;

/** What a Constant node gives. @throws Error, naming the node, where that is no tensor. */
export function constantOf(node: Node): Tensor {
  const [[name, held] = ['nothing', undefined], ...others] = Object.entries(node.attributes);
  const fail = (reason: string): never => {
    throw new Error(`${nodeLabel(node)}: ${reason}`);
  };
  if (held === undefined || others.length > 0) return fail('it has to have one value');
  switch (name) {
    case 'value':
      if (typeof held === 'object' && 'tensor' in held) return held.tensor;
      break;
    case 'value_int':
      if (typeof held === 'number') return tensor('int64', [held], []);
      break;
    case 'value_ints':
      if (Array.isArray(held)) return tensor('int64', held, [held.length]);
      break;
    case 'value_float':
      if (typeof held === 'object' && 'float' in held) return tensor('float32', [held.float], []);
      break;
    case 'value_floats':
      if (typeof held === 'object' && 'floats' in held) return tensor('float32', held.floats, [held.floats.length]);
      break;
    case 'sparse_value':
      if (typeof held === 'object' && 'proto' in held && held.proto.sparseTensor)
        return denseTensor(held.proto.sparseTensor);
      break;
  }
  const isString = name === 'value_string' || name === 'value_strings';
  return fail(isString ? 'tensors of strings are not supported' : `its ${shownName(name)} is no tensor`);
}

/**
 * A sparse constant written out: zeros but for its values [n], which stand at `indices`, counted through the whole [n] or along each
 * axis [n, rank].
 * @throws Error where they do not fit its sides, or it is larger than 64 MB.
 */
export function denseTensor({ values, indices, dims }: Onnx.ISparseTensorProto): Tensor {
  const given = tensorFromProto(values ?? {});
  const places = tensorFromProto(indices ?? {});
  const shape = (dims ?? []).map(toNumber);
  const type = { dtype: given.dtype, shape };
  const called = `the sparse tensor '${shownName(values?.name ?? '')}'`;
  if (!isPossible(type) || byteLength(type) > largestDense)
    throw new Error(
      `${called} can't have the sides [${shownName(shape.join(', '))}], or is too large to be written out`,
    );
  const count = given.shape[0] ?? 0;
  const numbers = tensorValues(places);
  const isLinear = places.shape.length === 1;
  if (numbers.length !== (isLinear ? count : count * shape.length))
    throw new Error(`${called} lacks places for its values`);
  const dense = Array<number>(sizeOf(shape)).fill(0);
  tensorValues(given).forEach((value, i) => {
    const place = isLinear
      ? numbers[i]!
      : shape.reduce((sum, side, axis) => sum * side + numbers[i * shape.length + axis]!, 0);
    if (!(place >= 0 && place < dense.length)) throw new Error(`${called} has a value outside its sides`);
    dense[place] = value;
  });
  return tensor(given.dtype, dense, shape);
}
