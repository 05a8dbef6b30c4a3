/** What weights expect of their pixels, and how they are made to take pixels in network space. */
import { channelMeans } from '../../../colour/spaces.js';

/**
 * How the pixels were prepared that the weights were trained on. `caffe` is network space itself: B, G, R from 0 to 255, less
 * the mean. `torchvision`: R, G, B from 0 to 1, less torchvision's mean and divided by its standard deviation.
 */
export type Preprocessing = 'caffe' | 'torchvision';

export const preprocessings: readonly Preprocessing[] = ['caffe', 'torchvision'];

/** What is added to B, G and R in network space before the first convolution. */
export type PixelOffset = readonly [number, number, number];

/** Mean and standard deviation of R, G and B over ImageNet, 0–1, as torchvision's models have them (`transforms/_presets.py`). */
const torchvision = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/**
 * Changes block1_conv1's kernel so that it takes pixels in network space, in place. A torchvision pixel is linear in ours:
 *
 *     (rgb/255 − mean) / deviation = k·(x + d),  k = 1/(255·deviation),  d = channelMeans − 255·mean
 *
 * so k goes into the kernel, whose input channels are reversed. d can't go into the bias, because the network pads with zeros
 * after its preprocessing: there x + d has to be zero.
 * @param kernel of block1_conv1, [64, 3, 3, 3].
 * @returns d, which the network has to add to its pixels; undefined where there is nothing to add.
 */
export function adaptFirstKernel(kernel: Float32Array, preprocessing: Preprocessing): PixelOffset | undefined {
  if (preprocessing === 'caffe') return undefined;
  const scale = torchvision.deviation.map((deviation) => 1 / (255 * deviation));
  for (let start = 0; start < kernel.length; start += 27) {
    for (let i = start; i < start + 9; i++) {
      const [red, green, blue] = [kernel[i]!, kernel[i + 9]!, kernel[i + 18]!];
      kernel[i] = blue * scale[2]!;
      kernel[i + 9] = green * scale[1]!;
      kernel[i + 18] = red * scale[0]!;
    }
  }
  const [blue, green, red] = channelMeans;
  const { mean } = torchvision;
  return [blue - 255 * mean[2], green - 255 * mean[1], red - 255 * mean[0]];
}
