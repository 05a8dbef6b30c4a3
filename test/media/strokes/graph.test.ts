/** Strokes in nodes of a graph against those in TypeScript, which are held to their formulas in float64. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { needed } from '../../../src/media/strokes/lists.js';
import { type Sheet, transmit, transmitBack } from '../../../src/media/strokes/raster.js';
import { encodeModel, targets, unsupportedNodes } from '../../../src/onnx/index.js';
import { openSession } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';
import { inFloat64, markNames, marksFeeds, marksGraph, someMarks, zerosLike } from '../../support/strokes.js';
import { swiftShader, testWithSwiftShader } from '../../support/vulkan.js';

/** Sides that are no multiples of a tile's. */
const sheets: Sheet[] = [
  { width: 53, height: 37, channels: 1, softness: 0.7 },
  { width: 37, height: 53, channels: 3, softness: 2 },
];

describe.each(sheets)('on a sheet of %j', (sheet) => {
  const area = sheet.channels * sheet.width * sheet.height;
  const marks = someMarks(40, sheet);
  const weights = Float32Array.from(uniforms([area]));

  test.each([
    ['just enough', needed],
    [
      'more than enough',
      (pairs: Parameters<typeof needed>[0]) => {
        const { chunks, perStroke, perTile } = needed(pairs);
        return { chunks: chunks + 7, perStroke: perStroke + 2, perTile: perTile + 1 };
      },
    ],
  ] as const)('picture and gradients are those of float64, with %s room', async (_, roomFor) => {
    const { feeds, room } = marksFeeds(marks, sheet, weights, roomFor);
    const session = await openSession(encodeModel(marksGraph(40, sheet, room)));
    const results = await session.run(feeds);
    await session.release();
    const exact = inFloat64(marks);
    const through = new Float64Array(area);
    transmit(exact, sheet, through);
    const drawn = results.through!.data as Float32Array;
    expect(Math.max(...drawn.map((value, i) => Math.abs(value - through[i]!)))).toBeLessThan(1e-5);
    const gradients = zerosLike(marks);
    transmitBack(exact, sheet, through, Float64Array.from(weights), gradients);
    for (const name of markNames) {
      const error = relativeError(results[`${name}_grad`]!.data as Float32Array, Float32Array.from(gradients[name]));
      expect({ name, error: error < 1e-5 || error }).toEqual({ name, error: true });
    }
  });

  test.each(targets)('every node has a kernel on %s', (target) => {
    const graph = marksGraph(40, sheet, { chunks: 50, perStroke: 9, perTile: 4 }, target);
    expect(unsupportedNodes(graph, target).map(({ opType }) => opType)).toEqual([]);
  });
});

testWithSwiftShader('on WebGPU picture and gradients are those of float64', async () => {
  const script = fileURLToPath(new URL('./graph-process.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env: { ...process.env, ...swiftShader } });
  const { through, ...gradients } = JSON.parse(stdout) as Record<string, number>;
  expect(through).toBeLessThan(1e-5);
  expect(Object.keys(gradients)).toEqual([...markNames]);
  for (const [name, error] of Object.entries(gradients)) expect([name, error < 1e-4]).toEqual([name, true]);
});
