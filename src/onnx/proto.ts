/**
 * ONNX's protobuf messages. Loaded with require: of a CommonJS module that is imported, Node first reads the source for the names it
 * exports, which of these 330 kB takes as long as all other modules of a drawing.
 */
import { createRequire } from 'node:module';
import type * as OnnxProto from 'onnx-proto';

export const { onnx } = createRequire(import.meta.url)('onnx-proto') as typeof OnnxProto;
