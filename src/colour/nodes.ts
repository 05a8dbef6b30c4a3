/** Colours as nodes of a graph. Apart from spaces.ts and tones.ts, because who starts a drawing should not wait for what builds graphs. */
import { type Graph, hasKernel, Operators, type Target, type Value } from '../onnx/index.js';
import { type ChannelMap, type ColourSpace, mapping } from './spaces.js';
import { type Tone, toneMapping } from './tones.js';

/** A picture of one space, float32[1, C, H, W], in another one. Nothing is appended where they are the same. */
export function appendSpace(graph: Graph, picture: Value, from: ColourSpace, to: ColourSpace): Value {
  return appendMapping(new Operators(graph), picture, mapping(from, to));
}

/**
 * `applyTone` as nodes of a graph, which give the same bytes.
 * @param canvas float32[1, C, H, W] in its `space`.
 * @param target the execution provider that the nodes are for.
 * @returns uint8[H, W, 3].
 */
export function appendTone(graph: Graph, canvas: Value, space: ColourSpace, tone: Tone, target?: Target): Value {
  const o = new Operators(graph);
  const [, , height, width] = graph.shape(canvas) as [number, number, number, number];
  const levels = appendMapping(o, canvas, toneMapping(tone, space));
  // From 2²³ on float32 has whole numbers only, so that adding rounds, ties to even.
  const rounded = hasKernel(target, 'Round', 'float32') ? o.round : (x: Value) => o.sub(o.add(x, 2 ** 23), 2 ** 23);
  // As float32, because WebGPU does not transpose bytes; and with the Reshape before the Cast, past which ONNX Runtime would move the Transpose.
  const interleaved = o.transpose(rounded(o.clip(levels, 0, 255)), [0, 2, 3, 1]);
  return o.cast(o.reshape(interleaved, [height, width, 3]), 'uint8');
}

function appendMapping(o: Operators, picture: Value, channels: readonly ChannelMap[]): Value {
  const perChannel = (values: number[]): Value => o.graph.constant('float32', values, [1, channels.length, 1, 1]);
  let mapped = pick(
    o,
    picture,
    channels.map(({ channel }) => channel),
  );
  if (channels.some(({ scale }) => scale !== 1)) mapped = o.mul(mapped, perChannel(channels.map(({ scale }) => scale)));
  if (channels.some(({ offset }) => offset !== 0))
    mapped = o.add(mapped, perChannel(channels.map(({ offset }) => offset)));
  return mapped;
}

/** Some channels of a picture, in some order: as they are, reversed, or one by one. */
function pick(o: Operators, picture: Value, channels: readonly number[]): Value {
  const count = o.graph.shape(picture)[1]!;
  if (channels.length === count && channels.every((channel, i) => channel === i)) return picture;
  if (channels.length === count && channels.every((channel, i) => channel === count - 1 - i))
    return o.flip(picture, [1]);
  const single = (channel: number) => o.slice(picture, { starts: [channel], ends: [channel + 1], axes: [1] });
  return o.concat(channels.map(single), 1);
}
