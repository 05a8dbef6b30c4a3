/** Attributes of nodes in their form in files. */
import type { onnx as Onnx } from 'onnx-proto';
import type { Attribute } from './node.js';
import { onnx } from './proto.js';
import { tensorFromProto, tensorToProto, toNumber } from './tensor.js';

const { AttributeType } = onnx.AttributeProto;

export function attributeToProto(name: string, value: Attribute): Onnx.IAttributeProto {
  if (typeof value === 'number') return { name, type: AttributeType.INT, i: value };
  if (typeof value === 'string') return { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: AttributeType.FLOAT, f: value.float };
  if ('floats' in value) return { name, type: AttributeType.FLOATS, floats: [...value.floats] };
  if ('tensor' in value) return { name, type: AttributeType.TENSOR, t: tensorToProto('', value.tensor) };
  if ('proto' in value) return { ...value.proto, name };
  return { name, type: AttributeType.INTS, ints: [...value] };
}

/** @throws Error for a tensor that can't be. */
export function attributeFromProto(proto: Onnx.IAttributeProto): Attribute {
  switch (proto.type) {
    case AttributeType.INT:
      return toNumber(proto.i);
    case AttributeType.INTS:
      return (proto.ints ?? []).map(toNumber);
    case AttributeType.STRING:
      return new TextDecoder().decode(proto.s ?? new Uint8Array());
    case AttributeType.FLOAT:
      return { float: proto.f ?? 0 };
    case AttributeType.FLOATS:
      return { floats: proto.floats ?? [] };
    case AttributeType.TENSOR:
      return { tensor: tensorFromProto(proto.t ?? {}) };
    default:
      return { proto };
  }
}

/** The graph that an attribute holds (a branch of If, a body of Loop or Scan); undefined where it holds none. */
export function subgraph(attribute: Attribute | undefined): Onnx.IGraphProto | undefined {
  return typeof attribute === 'object' && 'proto' in attribute ? (attribute.proto.g ?? undefined) : undefined;
}
