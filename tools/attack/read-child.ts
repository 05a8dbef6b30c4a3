/** Reads files with the library, one after the other: gets one a line on stdin, says on stdout what came of it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { onnx, readPhoto, readPreset, readWeightsFile } from '../../src/index.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { inspectWeights } from '../../src/networks/vgg19/weights/inspect.js';
import type { Read } from './case.js';
import { peakBytesOf } from './processes.js';

const readers: Readonly<Record<Read['kind'], (file: string) => Promise<unknown>>> = {
  photo: readPhoto,
  weights: async (file) => {
    await readWeightsFile(file, findLayer('block1_conv1'));
    await inspectWeights(file);
  },
  preset: readPreset,
  model: async (file) => {
    const graph = onnx.loadModel(readFileSync(file));
    const [loss] = graph.outputs;
    if (loss !== undefined) onnx.differentiate(graph, { of: loss, wrt: graph.inputs.slice(0, 2) });
    onnx.encodeModel(graph);
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, file } = JSON.parse(line) as Read;
  try {
    // The peak of this file alone, and not of those before it.
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {} // Not on this system: then the peak is that of all files so far, or unknown.
  const before = process.memoryUsage.rss();
  const error = await readers[kind](file).then(
    () => null,
    (thrown: unknown) =>
      thrown instanceof Error
        ? { name: thrown.name, message: thrown.message, stack: thrown.stack }
        : { name: typeof thrown, message: String(thrown) },
  );
  process.stdout.write(
    `${JSON.stringify({ error, peakBytes: Math.max(0, (peakBytesOf(process.pid) ?? 0) - before) })}\n`,
  );
}
