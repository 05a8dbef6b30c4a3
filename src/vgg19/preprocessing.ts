/** Between pictures and network space: B, G, R from 0 to 255, less the mean of ImageNet ("caffe" mode). */

/** Mean of B, G and R over ImageNet, 0–255: what Keras' VGG-19 subtracts, from the original Caffe model. */
export const channelMeans = [103.939, 116.779, 123.68] as const;

/** Network-space values of black and white, per channel (B, G, R). */
export const black: readonly number[] = channelMeans.map((mean) => -mean);
export const white: readonly number[] = channelMeans.map((mean) => 255 - mean);

/** A picture's 8-bit R, G, B, interleaved [H, W, 3], as network input [1, 3, H, W]. */
export function toNetworkSpace(rgb: Uint8Array): Float32Array {
  const count = rgb.length / 3;
  const pixels = new Float32Array(rgb.length);
  channelMeans.forEach((mean, channel) => {
    for (let i = 0; i < count; i++) pixels[channel * count + i] = rgb[3 * i + 2 - channel]! - mean;
  });
  return pixels;
}
