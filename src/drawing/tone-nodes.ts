/** How a canvas is shown, as nodes of a graph. Apart from tones.ts, because who starts a drawing should not wait for what builds graphs. */
import { type Graph, hasKernel, Operators, type Target, type Value } from '../onnx/index.js';
import { type Tone, toneMappings } from './tones.js';

/**
 * `applyTone` as nodes of a graph, which give the same bytes.
 * @param canvas float32[1, 3, H, W], network space.
 * @param target the execution provider that the nodes are for.
 * @returns uint8[H, W, 3].
 */
export function appendTone(graph: Graph, canvas: Value, tone: Tone, target?: Target): Value {
  const o = new Operators(graph);
  const [, , height, width] = graph.shape(canvas) as [number, number, number, number];
  const rgb = toneMappings[tone];
  const perChannel = (values: number[]): Value => graph.constant('float32', values, [1, 3, 1, 1]);
  let levels = rgb[0]!.channel === 2 ? o.flip(canvas, [1]) : canvas;
  if (rgb.some(({ scale }) => scale !== 1)) levels = o.mul(levels, perChannel(rgb.map(({ scale }) => scale)));
  if (rgb.some(({ offset }) => offset !== 0)) levels = o.add(levels, perChannel(rgb.map(({ offset }) => offset)));
  // From 2²³ on float32 has whole numbers only, so that adding rounds, ties to even.
  const rounded = hasKernel(target, 'Round', 'float32') ? o.round : (x: Value) => o.sub(o.add(x, 2 ** 23), 2 ** 23);
  // As float32, because WebGPU does not transpose bytes.
  const interleaved = o.transpose(rounded(o.clip(levels, 0, 255)), [0, 2, 3, 1]);
  return o.reshape(o.cast(interleaved, 'uint8'), [height, width, 3]);
}
