/** An activation in numbers: how strong each of its channels is, and where. */

/** An activation of a layer, and its [channels, height, width]. */
export interface Activation {
  readonly values: Float32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
}

export interface ChannelFigures {
  /** Its number, from 0. */
  readonly channel: number;
  /** Over all positions, in float64. */
  readonly mean: number;
  /** The share of positions where it is exactly zero, from 0 to 1: after a ReLU, those that it does not see anything at. */
  readonly zeros: number;
  /** The least and the greatest value, and the position of the latter: of several that are equal the first, row by row. */
  readonly min: number;
  readonly max: number;
  readonly at: Position;
}

/** Of a layer: x to the right, y down, from 0. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** The values of one channel, [height, width]. */
export function channelOf({ values, shape: [, height, width] }: Activation, channel: number): Float32Array {
  return values.subarray(channel * height * width, (channel + 1) * height * width);
}

/** Of all channels, those with the greatest mean first; of equal ones the first. */
export function channelFigures(activation: Activation): ChannelFigures[] {
  const [channels, , width] = activation.shape;
  const figures = Array.from({ length: channels }, (_, channel) => {
    const own = channelOf(activation, channel);
    let [sum, zeros, min, best] = [0, 0, Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < own.length; i++) {
      const value = own[i]!;
      sum += value;
      if (value === 0) zeros++;
      if (value < min) min = value;
      if (value > own[best]!) best = i;
    }
    const at = { x: best % width, y: Math.floor(best / width) };
    return { channel, mean: sum / own.length, zeros: zeros / own.length, min, max: own[best]!, at };
  });
  return figures.sort((a, b) => b.mean - a.mean);
}
