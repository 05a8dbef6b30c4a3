/** What a tile's graphs are given: its part of a picture, and which positions count there. */
import type { Size } from '../../image/picture.js';
import type { Network } from '../../networks/network.js';
import { Tensor } from '../../runtime/session.js';
import { countedIn, readTile, type Tile, type Tiling } from '../plan/tiles.js';
import { countedInput } from './graphs.js';
import type { Tensors } from './sessions.js';

/** Reads tiles out of pictures, float32[C, H, W], into one buffer: garbage of this size piles up faster than it is collected. */
export function tileReader(channels: number, size: Size, tiling: Tiling) {
  const part = new Float32Array(channels * tiling.height * tiling.width);
  return (picture: Float32Array, tile: Tile): Float32Array => readTile(picture, size, tiling, tile, part);
}

/** What a tile counts, of what a graph asks for. */
export function countedTensors(
  network: Network,
  layers: readonly string[],
  tiling: Tiling,
  inputs: readonly string[],
  tile: Tile,
): Tensors {
  const asked = ['', ...layers].filter((layer) => inputs.includes(countedInput(layer)));
  return Object.fromEntries(
    asked.map((layer) => {
      const grid = layer === '' ? 1 : network.reach!(layer).grid;
      const sides = [tiling.height, tiling.width].map((side) => Math.floor(side / grid));
      return [countedInput(layer), new Tensor('float32', countedIn(grid, tiling, tile), [1, 1, ...sides])];
    }),
  );
}

/** Adds up tensors of the same names, tile after tile. */
export class TensorSums {
  readonly #sums = new Map<string, { readonly values: Float64Array; readonly dims: readonly number[] }>();

  add(parts: Iterable<readonly [string, Tensor]>): void {
    for (const [name, { data, dims }] of parts) {
      const values = this.#sums.get(name)?.values ?? new Float64Array(data.length);
      this.#sums.set(name, { values, dims });
      for (let i = 0; i < values.length; i++) values[i]! += (data as Float32Array)[i]!;
    }
  }

  get tensors(): Map<string, Tensor> {
    const rounded = ({ values, dims }: { values: Float64Array; dims: readonly number[] }) =>
      new Tensor('float32', Float32Array.from(values), dims);
    return new Map([...this.#sums].map(([name, sum]) => [name, rounded(sum)]));
  }
}
