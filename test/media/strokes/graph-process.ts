/**
 * A process that draws strokes on WebGPU, which takes its environment and may take its process with it when it ends.
 * prints the errors of picture and gradients against float64 as JSON
 */
import { type Sheet, transmit, transmitBack } from '../../../src/media/strokes/raster.js';
import { encodeModel } from '../../../src/onnx/index.js';
import { openSession } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';
import { inFloat64, markNames, marksFeeds, marksGraph, someMarks, zerosLike } from '../../support/strokes.js';

const sheet: Sheet = { width: 53, height: 37, channels: 3, softness: 0.9 };
const area = sheet.channels * sheet.width * sheet.height;
const marks = someMarks(25, sheet);
const weights = Float32Array.from(uniforms([area]));
const { feeds, room } = marksFeeds(marks, sheet, weights);
const model = encodeModel(marksGraph(25, sheet, room, 'webgpu'));
const session = await openSession(model, { provider: { name: 'webgpu' } });
const results = await session.run(feeds);
const exact = inFloat64(marks);
const through = new Float64Array(area);
transmit(exact, sheet, through);
const gradients = zerosLike(marks);
transmitBack(exact, sheet, through, Float64Array.from(weights), gradients);
const drawn = results.through!.data as Float32Array;
const errors: Record<string, number> = { through: Math.max(...drawn.map((value, i) => Math.abs(value - through[i]!))) };
for (const name of markNames) {
  errors[name] = relativeError(results[`${name}_grad`]!.data as Float32Array, Float32Array.from(gradients[name]));
}
process.stdout.write(`${JSON.stringify(errors)}\n`);
