/** Activations, to compare weights by what they do. */

import { toNetworkSpace } from '../../../../../src/colour/spaces.js';
import type { Layer } from '../../../../../src/networks/vgg19/layers.js';
import type { Weights } from '../../../../../src/networks/vgg19/weights/weights.js';
import { encodeModel } from '../../../../../src/onnx/index.js';
import { evalModel } from '../../../../../src/outputs/models.js';
import { openSession, Tensor } from '../../../../../src/runtime/session.js';
import { integer } from '../../../../support/random.js';

export const side = 32;

/** A picture: 8-bit R, G, B, interleaved. */
export const picture = Uint8Array.from({ length: 3 * side * side }, () => integer(0, 255));

/** What the network with these weights sees in {@link picture}. */
export async function activationOf({ data, pixelOffset }: Weights, layer: Layer): Promise<Float32Array> {
  const model = encodeModel(evalModel({ layer, height: side, width: side, pixelOffset }));
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const session = await openSession(model, { externalData: [{ path: 'vgg19.weights', data: bytes }] });
  const pixels = new Tensor('float32', toNetworkSpace(picture), [1, 3, side, side]);
  const { activation } = await session.run({ pixels });
  await session.release();
  return activation!.data as Float32Array;
}

/** What a model in a file sees in {@link picture}, prepared as torchvision prepares it: its first output. */
export async function torchvisionActivationOf(path: string): Promise<Float32Array> {
  const session = await openSession(path);
  const [mean, deviation] = [
    [0.485, 0.456, 0.406],
    [0.229, 0.224, 0.225],
  ];
  const count = side * side;
  const pixels = Float32Array.from({ length: 3 * count }, (_, i) => {
    const channel = Math.floor(i / count);
    return (picture[3 * (i % count) + channel]! / 255 - mean![channel]!) / deviation![channel]!;
  });
  const result = await session.run({ [session.inputNames[0]!]: new Tensor('float32', pixels, [1, 3, side, side]) });
  await session.release();
  return result[session.outputNames[0]!]!.data as Float32Array;
}

/** The largest difference, as a part of the largest value. */
export function difference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} values and ${b.length}`);
  let [largest, apart] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(b[i]!));
    apart = Math.max(apart, Math.abs(a[i]! - b[i]!));
  }
  return apart / largest;
}
