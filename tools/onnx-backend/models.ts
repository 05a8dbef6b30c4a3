/** The models of ONNX's backend tests. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { onnx as Onnx } from 'onnx-proto';
import { onnx } from '../../src/onnx/proto.js';

/** The folders of a folder, and of those in it, that have a model. */
export const modelFolders = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('model.onnx'))
    .map((path) => join(folder, path, '..'))
    .sort();

/** Why a model is counted apart: its inputs or outputs are no tensors, or tensors of strings. */
export function apart({ graph }: Onnx.IModelProto): string | undefined {
  for (const { name, type } of (graph?.input ?? []).concat(graph?.output ?? [])) {
    if (type?.sequenceType) return `'${name}' is a sequence`;
    if (type?.tensorType?.elemType === onnx.TensorProto.DataType.STRING) return `'${name}' holds strings`;
    // An optional is newer than the messages at hand, which leave it out.
    if (!type?.tensorType) return `'${name}' is an optional`;
  }
  return undefined;
}
