/** The camera: a lens with an aperture, a shutter, a film. */
import { toSrgb } from './color.js';
import type { Pair } from './light.js';
import type { Mesh } from './mesh.js';
import { type Random, randomFrom, shuffled } from './noise.js';
import { lightAlong } from './tracer.js';
import { add, along, cross, normalize, scale, subtract, type Vec3 } from './vector.js';

export interface View {
  readonly eye: Vec3;
  readonly target: Vec3;
  /** How wide the view is: width at a distance of 1. */
  readonly width: number;
  /** What is sharp: the distance from the eye along the axis. */
  readonly focus: number;
  /** The radius of the aperture. */
  readonly aperture: number;
}

/** A picture in linear light, row by row from the top: red, green and blue of each pixel, and the variance of each that is noise. */
export interface Exposure {
  readonly width: number;
  readonly height: number;
  readonly light: Float64Array;
  readonly variance: Float64Array;
}

/** Brighter paths are cut: a few of them would be seen as white dots. */
const brightest = 12;

/** Photographs what stands before the camera, with `side`² paths for each pixel. `onRow` hears of each row that is done. */
export function expose(
  mesh: Mesh,
  view: View,
  [width, height]: Pair,
  side: number,
  onRow?: (row: number) => void,
): Exposure {
  const forward = normalize(subtract(view.target, view.eye));
  const right = normalize(cross(forward, [0, 1, 0]));
  const up = cross(right, forward);
  const paths = side ** 2;
  const light = new Float64Array(3 * width * height);
  const variance = new Float64Array(3 * width * height);
  for (let row = 0; row < height; row++) {
    // Every row has random numbers of its own, so that it can be made alone.
    const random = randomFrom(row + 1);
    for (let column = 0; column < width; column++) {
      const sampler = new Sampler(side, random);
      const pixel = 3 * (row * width + column);
      for (let path = 0; path < paths; path++) {
        sampler.begin(path);
        const [i, j] = sampler.pair().map(tent) as [number, number];
        const x = ((column + 0.5 + i) / width - 0.5) * view.width;
        const y = (0.5 * height - row - 0.5 - j) * (view.width / width);
        const [r, s] = sampler.pair();
        const radius = view.aperture * Math.sqrt(r);
        const lens = along(scale(right, radius * Math.cos(2 * Math.PI * s)), up, radius * Math.sin(2 * Math.PI * s));
        const sharp = scale(along(along(forward, right, x), up, y), view.focus);
        const direction = normalize(subtract(sharp, lens));
        const seen = lightAlong(mesh, add(view.eye, lens), direction, random, () => sampler.pair());
        seen.forEach((value, channel) => {
          const kept = Math.min(brightest, value);
          light[pixel + channel]! += kept / paths;
          variance[pixel + channel]! += kept ** 2 / paths;
        });
      }
      for (let i = pixel; i < pixel + 3; i++) variance[i] = (variance[i]! - light[i]! ** 2) / Math.max(1, paths - 1);
    }
    onRow?.(row);
  }
  return { width, height, light, variance };
}

/** Develops a picture to sRGB bytes: exposure, darker corners, the curve of a film, grain. */
export function develop({ width, height, light }: Exposure, exposure: number): Uint8Array {
  const random = randomFrom(0);
  const rgb = new Uint8Array(light.length);
  for (let i = 0; i < light.length; i += 3) {
    const [x, y] = [((i / 3) % width) / width - 0.5, (Math.floor(i / 3 / width) - 0.5 * height) / width];
    const fallOff = 1 / (1 + 0.55 * (x * x + y * y)) ** 2;
    const grey = random() + random() + random() - 1.5;
    for (let channel = i; channel < i + 3; channel++) {
      const grain = 1.6 * grey + 0.8 * (random() + random() - 1);
      rgb[channel] = Math.round(Math.min(255, Math.max(0, toSrgb(film(exposure * fallOff * light[channel]!)) + grain)));
    }
  }
  return rgb;
}

/** Contrast, and highlights that bend softly towards white, which is reached at 3 (Reinhard and others, 2002, equation 4). */
function film(light: number): number {
  const contrast = light ** 1.18;
  return (contrast * (1 + contrast / 3 ** 2)) / (1 + contrast);
}

/** A uniform number, spread over two pixels with most in the middle, as a lens does. */
function tent(r: number): number {
  return r < 0.5 ? Math.sqrt(2 * r) - 1 : 1 - Math.sqrt(2 - 2 * r);
}

/** How many pairs of a path are spread evenly: the place in the pixel, on the lens, and what the first surface needs. */
const spread = 6;

/** Random pairs, the first of each path from the cells of a grid, one path in each cell (jittered sampling, Cook 1986). */
class Sampler {
  private readonly cells: Uint8Array[];
  private path = 0;
  private next = 0;

  constructor(
    private readonly side: number,
    private readonly random: Random,
  ) {
    this.cells = Array.from({ length: spread }, () => shuffled(side ** 2, random));
  }

  begin(path: number): void {
    this.path = path;
    this.next = 0;
  }

  pair(): Pair {
    const cell = this.cells[this.next++]?.[this.path];
    if (cell === undefined) return [this.random(), this.random()];
    return [
      ((cell % this.side) + this.random()) / this.side,
      (Math.floor(cell / this.side) + this.random()) / this.side,
    ];
  }
}
