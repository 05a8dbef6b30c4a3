import { describe, expect, test } from '@jest/globals';
import { tileGraph } from '../../../src/drawing/compute/tile-graphs.js';
import { addTile, countedIn, readTile, type Tiling, tilesOf, tilingOf } from '../../../src/drawing/plan/tiles.js';
import { findLayer, gridOf, haloOf, layers } from '../../../src/networks/vgg19/layers.js';
import { loadWeights } from '../../../src/networks/vgg19/weights/load.js';
import { encodeModel, type Graph } from '../../../src/onnx/index.js';
import { evalModel, type ModelSite, trainingModel } from '../../../src/outputs/models.js';
import { type InferenceSession, openSession, Tensor } from '../../../src/runtime/session.js';
import { phaseAt, siteOf } from '../../support/loop.js';
import { uniform } from '../../support/random.js';
import { relativeError } from '../../support/relative-error.js';

const site = (layer: string, height: number, width: number): ModelSite => ({ layer: findLayer(layer), height, width });

const reachOf = ({ layer }: ModelSite) => ({ grid: gridOf(layer), halo: haloOf(layer) });

function tiling(at: ModelSite, rows: number, columns: number): Tiling {
  const cut = tilingOf(reachOf(at), at, rows, columns);
  if (!cut) throw new Error(`no tiling of ${at.height}×${at.width} into ${rows}×${columns}`);
  return cut;
}

describe('tilingOf', () => {
  const sites = layers.flatMap(({ name }) =>
    [
      [1030, 777],
      [640, 960],
      [991, 1024],
    ].map(([height, width]) => site(name, height!, width!)),
  );

  test.each([
    [2, 3],
    [4, 1],
    [3, 5],
  ])(
    '%i × %i: every position counts once, and sees nothing past an edge that is not the picture’s',
    (rows, columns) => {
      for (const at of sites) {
        const cut = tilingOf(reachOf(at), at, rows, columns);
        if (!cut) continue;
        const grid = gridOf(at.layer);
        for (const [stretches, length, side] of [
          [cut.rows, cut.height, at.height],
          [cut.columns, cut.width, at.width],
        ] as const) {
          expect(stretches[0]!.from).toBe(0);
          expect(stretches.at(-1)!.to).toBe(Math.floor(side / grid));
          stretches.forEach(({ start, from, to }, i) => {
            if (i > 0) expect(from).toBe(stretches[i - 1]!.to);
            expect(to).toBeGreaterThan(from);
            expect(start % grid).toBe(0);
            const [end, halo] = [start + length, haloOf(at.layer)];
            expect(end).toBeLessThanOrEqual(side);
            expect(start === 0 || from * grid - halo >= start).toBe(true);
            // Up to where the tile's own pools drop a last row.
            expect(end === side || to * grid + halo <= start + Math.floor(length / grid) * grid).toBe(true);
          });
        }
      }
      expect(sites.some((at) => tilingOf(reachOf(at), at, rows, columns))).toBe(true);
    },
  );

  test('one tile is the picture', () => {
    expect(tiling(site('block3_conv1', 101, 67), 1, 1)).toMatchObject({ height: 101, width: 67 });
  });

  test('where a side has no room for another tile and its halo, there is none', () => {
    const reach = reachOf(site('block5_conv2', 180, 180));
    expect(tilingOf(reach, { height: 180, width: 180 }, 2, 1)).toBeUndefined();
    expect(tilingOf(reach, { height: 1024, width: 1024 }, 100, 1)).toBeUndefined();
  });
});

describe('haloOf', () => {
  // Positions of the layer, moved by one pixel that is just inside or just outside of what they see.
  test.each(['block1_conv2', 'block2_conv1', 'block3_conv2', 'block3_pool'])(
    '%s: no wider than needed',
    async (name) => {
      const [halo, grid] = [haloOf(findLayer(name)), gridOf(findLayer(name))];
      const side = 4 * grid * Math.ceil(halo / grid) + grid;
      const position = Math.floor(side / grid / 2);
      const session = await open(evalModel(site(name, side, side)), name);
      const activationAt = async (pixel: number | undefined) => {
        const pixels = new Float32Array(3 * side * side).fill(40);
        if (pixel !== undefined) for (let c = 0; c < 3; c++) pixels[c * side * side + pixel * side + pixel] = -90;
        const { activation } = await session.run({ pixels: new Tensor('float32', pixels, [1, 3, side, side]) });
        const [, channels, height, width] = activation!.dims as [number, number, number, number];
        const values = activation!.data as Float32Array;
        return Array.from({ length: channels }, (_, c) => values[(c * height + position) * width + position]);
      };
      const untouched = await activationAt(undefined);
      expect(await activationAt(position * grid - halo)).not.toEqual(untouched);
      expect(await activationAt(position * grid - halo - 1)).toEqual(untouched);
      expect(await activationAt(position * grid + grid - 1 + halo)).not.toEqual(untouched);
      expect(await activationAt(position * grid + grid + halo)).toEqual(untouched);
      await session.release();
    },
  );
});

describe('loss and gradient of the tiles, summed, are those of the whole picture', () => {
  test.each([
    ['block1_conv1', 23, 31, 3, 2],
    ['block1_conv2', 40, 37, 2, 4],
    ['block1_pool', 41, 39, 3, 2],
    ['block2_conv2', 67, 58, 3, 2],
    ['block2_pool', 69, 75, 2, 3],
    ['block3_conv1', 83, 90, 2, 3],
    ['block3_conv4', 121, 99, 3, 2],
    ['block3_pool', 131, 125, 3, 2],
    ['block4_conv3', 207, 181, 2, 2],
    ['block5_conv2', 331, 90, 2, 1],
    ['block5_pool', 97, 353, 1, 2],
  ])('%s, %i × %i pixels in %i × %i tiles', async (name, height, width, rows, columns) => {
    const whole = site(name, height, width);
    const { layer } = whole;
    const noise = (length: number, scale: number) => Float32Array.from({ length }, () => uniform(-scale, scale));
    const picture = noise(3 * height * width, 100);
    const [h, w] = [Math.floor(height / gridOf(layer)), Math.floor(width / gridOf(layer))];
    const target = noise(layer.outChannels * h * w, 50);

    const trained = await open(trainingModel(whole), name);
    const expected = await trained.run({
      pixels: new Tensor('float32', picture, [1, 3, height, width]),
      target: new Tensor('float32', target, [1, layer.outChannels, h, w]),
    });
    await trained.release();

    const cut = tiling(whole, rows, columns);
    const tile = await open(tileGraph(siteOf(cut), whole, phaseAt(name).objective), name);
    const [th, tw] = [Math.floor(cut.height / gridOf(layer)), Math.floor(cut.width / gridOf(layer))];
    const gradient = new Float32Array(3 * height * width);
    let loss = 0;
    for (const part of tilesOf(cut)) {
      const [top, left] = [part.row.start / gridOf(layer), part.column.start / gridOf(layer)];
      const targetPart = Float32Array.from({ length: layer.outChannels * th * tw }, (_, i) => {
        const [c, y, x] = [Math.floor(i / (th * tw)), Math.floor(i / tw) % th, i % tw];
        return target[(c * h + top + y) * w + left + x]!;
      });
      const result = await tile.run({
        canvas: new Tensor('float32', readTile(picture, whole, cut, part), [1, 3, cut.height, cut.width]),
        target: new Tensor('float32', targetPart, [1, layer.outChannels, th, tw]),
        [`counted ${name}`]: new Tensor('float32', countedIn(gridOf(layer), cut, part), [1, 1, th, tw]),
      });
      loss += (result.loss!.data as Float32Array)[0]!;
      addTile(gradient, whole, cut, part, result.canvas_grad!.data as Float32Array);
    }
    await tile.release();
    // ONNX Runtime adds a whole picture's squares up in float32, one after another, which is where the loss is least exact.
    expect(Math.abs(loss / (expected.loss!.data as Float32Array)[0]! - 1)).toBeLessThan(3e-5);
    // Sums of the same numbers, in another order where tiles overlap: float32 rounds at 6e-8.
    expect(relativeError(gradient, expected.pixels_grad!.data as Float32Array)).toBeLessThan(1e-6);
  });
});

async function open(graph: Graph, layer: string): Promise<InferenceSession> {
  const { data } = await loadWeights('seeded', findLayer(layer));
  const weights = { path: 'vgg19.weights', data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  return openSession(encodeModel(graph, { openSides: true }), { externalData: [weights] });
}
