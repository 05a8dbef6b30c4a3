/** A model and its weights apart, so that it can be read again and again, for pictures of other sizes, and its weights be there once. */
import type { onnx as Onnx } from 'onnx-proto';
import { onnx } from '../proto.js';
import { type ExternalData, tensorFromProto } from '../tensor.js';
import { decode } from './load-model.js';
import { type StatedInput, statedInput } from './statements.js';

export interface ModelApart {
  /** The bytes of the model, in which large constants lie in an external file of the name that was given. */
  readonly model: Uint8Array;
  /** That file's: constants in the order in which nodes use them first. Shared between threads that are given it. */
  readonly weights: Uint8Array;
  /** The names of values that nodes of the file give, those inside of branches, bodies and functions left out. */
  readonly values: readonly string[];
  /** What the model is given. */
  readonly inputs: readonly StatedInput[];
  /** What the file says of itself, by its keys. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Smaller ones stay: shapes, axes and bounds, which reading a model takes. */
const smallest = 1024;

/** Kernels read their weights in lines of so many bytes. */
const alignment = 64;

/**
 * @param location what the file of weights is called in the model.
 * @param read gives the bytes of a tensor that lies in a file beside the model.
 * @throws Error for bytes that are not an ONNX model, or a tensor that can't be.
 */
export async function setWeightsApart(
  bytes: Uint8Array,
  location: string,
  read: (place: ExternalData) => Promise<Uint8Array>,
): Promise<ModelApart> {
  const proto = decode(bytes);
  const graph = proto.graph ?? {};
  const constants = new Set((graph.initializer ?? []).map(({ name }) => name));
  const places = new Map<string, number>();
  for (const name of (graph.node ?? []).flatMap(({ input }) => input ?? []))
    if (!places.has(name)) places.set(name, places.size);
  const placeOf = ({ name }: Onnx.ITensorProto): number => places.get(name ?? '') ?? places.size;
  const apart: { proto: Onnx.ITensorProto; data: Uint8Array }[] = [];
  for (const one of graph.initializer ?? []) {
    const { data } = tensorFromProto(one);
    const held = data instanceof Uint8Array ? data : await read(data);
    if (held.byteLength >= smallest) apart.push({ proto: one, data: held });
    else if (held !== data) Object.assign(one, { rawData: held, dataLocation: 0, externalData: [] });
  }
  apart.sort((a, b) => placeOf(a.proto) - placeOf(b.proto));
  const weights = new Uint8Array(
    new SharedArrayBuffer(apart.reduce((sum, { data }) => sum + aligned(data.byteLength), 0)),
  );
  let offset = 0;
  for (const { proto: one, data } of apart) {
    weights.set(data, offset);
    const place = { location, offset: String(offset), length: String(data.byteLength) };
    Object.assign(one, {
      ...noValues,
      dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
      externalData: Object.entries(place).map(([key, value]) => ({ key, value })),
    });
    offset += aligned(data.byteLength);
  }
  return {
    model: onnx.ModelProto.encode(proto).finish(),
    weights,
    values: (graph.node ?? []).flatMap(({ output }) => output ?? []),
    inputs: (graph.input ?? []).filter(({ name }) => !constants.has(name)).map(statedInput),
    metadata: new Map((proto.metadataProps ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
  };
}

const aligned = (length: number): number => alignment * Math.ceil(length / alignment);

const noValues = {
  rawData: new Uint8Array(),
  floatData: [],
  int32Data: [],
  int64Data: [],
  doubleData: [],
  uint64Data: [],
};
