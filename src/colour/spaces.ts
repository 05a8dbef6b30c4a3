/** Colour spaces, as affine maps of 8-bit R, G and B, and how values of one become those of another. */

/** What one channel of a picture holds: `scale` times a colour plus `offset`. */
export interface Channel {
  /** The colour: 0 is R, 1 is G, 2 is B; `grey` is all three alike. */
  readonly colour: 0 | 1 | 2 | 'grey';
  readonly scale: number;
  readonly offset: number;
}

/** Its channels, in their order. */
export type ColourSpace = readonly Channel[];

/** Mean of B, G and R over ImageNet, 0–255: what Keras' VGG-19 subtracts, from the original Caffe model. */
export const channelMeans = [103.939, 116.779, 123.68] as const;

/** Network space of VGG-19: B, G, R from 0 to 255, less the mean of ImageNet ("caffe" mode). */
export const caffe: ColourSpace = [
  { colour: 2, scale: 1, offset: -channelMeans[0] },
  { colour: 1, scale: 1, offset: -channelMeans[1] },
  { colour: 0, scale: 1, offset: -channelMeans[2] },
];

/** 8-bit R, G, B as they are. */
export const rgb: ColourSpace = [
  { colour: 0, scale: 1, offset: 0 },
  { colour: 1, scale: 1, offset: 0 },
  { colour: 2, scale: 1, offset: 0 },
];

const rgbOf = (channel: (colour: 0 | 1 | 2) => { scale: number; offset: number }): ColourSpace =>
  ([0, 1, 2] as const).map((colour) => ({ colour, ...channel(colour) }));

/** R, G, B from 0 to 1. */
export const unit: ColourSpace = rgbOf(() => ({ scale: 1 / 255, offset: 0 }));

/** R, G, B from -1 to 1, as TensorFlow's Inception and MobileNet take them (Keras' "tf" mode). */
export const inception: ColourSpace = rgbOf(() => ({ scale: 1 / 127.5, offset: -1 }));

/** Mean and deviation of R, G and B over ImageNet, from 0 to 1, as torchvision's documentation of its models states them. */
const imageNet = { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] } as const;

/** R, G, B from 0 to 1, less the mean of ImageNet, divided by its deviation ("torch" mode of Keras). */
export const torchvision: ColourSpace = rgbOf((colour) => ({
  scale: 1 / (255 * imageNet.deviation[colour]),
  offset: -imageNet.mean[colour] / imageNet.deviation[colour],
}));

/** One channel, from 0 to 255, shown as three. */
export const grey: ColourSpace = [{ colour: 'grey', scale: 1, offset: 0 }];

/** R, G, B from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** What R, G and B count in luma (ITU-R BT.601). */
export const lumaWeights = [0.299, 0.587, 0.114] as const;

/** As grey: luma. */
const lumaOf = (red: number, green: number, blue: number): number =>
  lumaWeights[0] * red + lumaWeights[1] * green + lumaWeights[2] * blue;

/** One colour in a space; as grey its luma. */
export const colourIn = (space: ColourSpace, [red, green, blue]: Rgb): number[] =>
  space.map(({ colour, scale, offset }) => {
    const level = colour === 'grey' ? lumaOf(red, green, blue) : [red, green, blue][colour]!;
    return scale * level + offset;
  });

/**
 * A picture in a space; as grey its luma.
 * @param picture 8-bit R, G, B, interleaved [H, W, 3].
 * @returns float32[C, H, W].
 */
export function toSpace(picture: Uint8Array, space: ColourSpace): Float32Array {
  const count = picture.length / 3;
  const values = new Float32Array(space.length * count);
  space.forEach(({ colour, scale, offset }, channel) => {
    const level =
      colour === 'grey'
        ? (i: number) => lumaOf(picture[3 * i]!, picture[3 * i + 1]!, picture[3 * i + 2]!)
        : (i: number) => picture[3 * i + colour]!;
    for (let i = 0; i < count; i++) values[channel * count + i] = scale * level(i) + offset;
  });
  return values;
}

/** What {@link toSpace} was given, as numbers, float32[3, H, W]. */
export function toColours(values: Float32Array, space: ColourSpace): Float32Array {
  const count = values.length / space.length;
  const colours = new Float32Array(3 * count);
  mapping(space, rgb).forEach(({ channel, scale, offset }, colour) => {
    for (let i = 0; i < count; i++) colours[colour * count + i] = scale * values[channel * count + i]! + offset;
  });
  return colours;
}

/** A picture's 8-bit R, G, B, interleaved [H, W, 3], as network input [1, 3, H, W]. */
export const toNetworkSpace = (picture: Uint8Array): Float32Array => toSpace(picture, caffe);

/** A channel of one space made of a channel of another: its index there, a factor and an offset. */
export interface ChannelMap {
  readonly channel: number;
  readonly scale: number;
  readonly offset: number;
}

/** How each channel of `to`, which is not grey unless both are, is made of one of `from`. */
export function mapping(from: ColourSpace, to: ColourSpace): ChannelMap[] {
  return to.map(({ colour, scale, offset }) => {
    const channel = from.findIndex((other) => other.colour === colour || other.colour === 'grey');
    const source = from[channel]!;
    const factor = scale / source.scale;
    return { channel, scale: factor, offset: offset - factor * source.offset };
  });
}
