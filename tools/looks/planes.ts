/** Filters of a picture of one channel. Past its border it is mirrored, the border's pixels twice. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly values: Float64Array;
}

/** By a Gaussian bell of that deviation in pixels, cut off at four of them. */
export function blurred(plane: Plane, deviation: number): Plane {
  const radius = Math.round(4 * deviation);
  const bell = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)));
  const sum = bell.reduce((total, value) => total + value, 0);
  const kernel = bell.map((value) => value / sum);
  return along(along(plane, kernel, 'y'), kernel, 'x');
}

/** Length of the gradient, by Sobel's kernels. */
export function sobel(plane: Plane): Plane {
  const [smooth, difference] = [
    [1, 2, 1],
    [-1, 0, 1],
  ];
  const across = along(along(plane, difference!, 'x'), smooth!, 'y');
  const down = along(along(plane, difference!, 'y'), smooth!, 'x');
  return { ...plane, values: across.values.map((value, i) => Math.hypot(value, down.values[i]!)) };
}

/** Every line times a kernel of an odd length. */
function along({ width, height, values }: Plane, kernel: readonly number[], axis: 'x' | 'y'): Plane {
  const [side, step] = axis === 'x' ? [width, 1] : [height, width];
  const radius = (kernel.length - 1) / 2;
  const filtered = values.map((_, i) => {
    const place = axis === 'x' ? i % width : Math.floor(i / width);
    return kernel.reduce((sum, factor, k) => {
      const other = mirrored(place + k - radius, side);
      return sum + factor * values[i + (other - place) * step]!;
    }, 0);
  });
  return { width, height, values: filtered };
}

function mirrored(place: number, side: number): number {
  const period = 2 * side;
  const within = ((place % period) + period) % period;
  return Math.min(within, period - 1 - within);
}
