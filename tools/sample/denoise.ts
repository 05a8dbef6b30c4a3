/** Takes the noise out of a picture that few paths made. */
import type { Exposure } from './camera.js';

/** How far pixels are looked for that are alike, and how large the squares are that are compared: radii in pixels. */
const reach = 6;
const patch = 1;
/** How much more than their noise two patches may differ, squared. */
const tolerance = 0.35;

/**
 * Each pixel becomes a mean of those around it whose neighbourhoods differ by no more than noise (non-local means with the variance
 * known: Rousselle, Knaus and Zwicker 2012, equation 3).
 */
export function denoised({ width, height, light, variance }: Exposure): Exposure {
  const pixels = width * height;
  const sums = new Float64Array(3 * pixels);
  const weights = new Float64Array(pixels);
  const noise = evened(variance, width, height);
  const distances = new Float64Array(pixels);
  for (let down = -reach; down <= reach; down++) {
    for (let right = -reach; right <= reach; right++) {
      const other = (x: number, y: number): number =>
        Math.min(height - 1, Math.max(0, y + down)) * width + Math.min(width - 1, Math.max(0, x + right));
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) distances[y * width + x] = distance(y * width + x, other(x, y));
      }
      const means = boxMeans(distances, width, height);
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const [i, j] = [y * width + x, other(x, y)];
          const weight = Math.exp(-Math.max(0, means[i]!));
          weights[i]! += weight;
          for (let channel = 0; channel < 3; channel++) sums[3 * i + channel]! += weight * light[3 * j + channel]!;
        }
      }
    }
  }
  return { width, height, variance, light: sums.map((sum, i) => sum / weights[Math.floor(i / 3)]!) };

  /** Of two pixels: 0 or less where it is their noise only. */
  function distance(i: number, j: number): number {
    let sum = 0;
    for (let channel = 0; channel < 3; channel++) {
      const [a, b] = [noise[3 * i + channel]!, noise[3 * j + channel]!];
      const difference = light[3 * i + channel]! - light[3 * j + channel]!;
      sum += (difference ** 2 - a - Math.min(a, b)) / (1e-6 + tolerance * (a + b));
    }
    return sum / 3;
  }
}

/** Variances are noisy themselves: each becomes the mean around it. */
function evened(variance: Float64Array, width: number, height: number): Float64Array {
  const even = new Float64Array(variance.length);
  for (let channel = 0; channel < 3; channel++) {
    const plane = Float64Array.from({ length: width * height }, (_, i) => variance[3 * i + channel]!);
    boxMeans(plane, width, height).forEach((mean, i) => {
      even[3 * i + channel] = mean;
    });
  }
  return even;
}

/** The mean of the square around each pixel, first along the rows and then along the columns. */
function boxMeans(plane: Float64Array, width: number, height: number): Float64Array {
  const rows = lineMeans(plane, width, 1, width, height);
  return lineMeans(rows, height, width, width, height);
}

function lineMeans(plane: Float64Array, length: number, step: number, width: number, height: number): Float64Array {
  const means = new Float64Array(plane.length);
  for (let i = 0; i < width * height; i++) {
    const place = Math.floor(i / step) % length;
    let sum = 0;
    let count = 0;
    for (let k = Math.max(-patch, -place); k <= Math.min(patch, length - 1 - place); k++) {
      sum += plane[i + k * step]!;
      count++;
    }
    means[i] = sum / count;
  }
  return means;
}
