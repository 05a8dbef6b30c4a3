import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import { fitLongestSide } from '../../src/image/resize.js';
import { sunLight, surroundings, windowLight } from '../../tools/sample/light.js';
import type { Material } from '../../tools/sample/material.js';
import { Mesh } from '../../tools/sample/mesh.js';
import { type Random, randomFrom } from '../../tools/sample/noise.js';
import { block, placed, rested, type Surface, tilted, turned } from '../../tools/sample/surface.js';
import { lightAlong } from '../../tools/sample/tracer.js';
import { add, dot, length, normalize, scale, subtract, type Vec3 } from '../../tools/sample/vector.js';
import { meanDifference, samplePath } from '../golden/drawings.js';

const matt: Material = { colour: () => [0.5, 0.5, 0.5] };
const cube = (side: number): Surface[] => block([side, side, side], matt);
/** Its middle is the origin. */
const ball = (radius: number): Surface => {
  const angles = Array.from({ length: 17 }, (_, i) => (Math.PI * i) / 16);
  return turned(
    angles.map((angle) => [radius * Math.sin(angle), -radius * Math.cos(angle)]),
    matt,
    32,
  );
};
const direction = (random: Random): Vec3 => normalize([random() - 0.5, random() - 0.5, random() - 0.5]);

describe('a mesh', () => {
  test('says what a ray meets first, and where', () => {
    const mesh = new Mesh([...placed(cube(2), [0, 0, -5]), ...cube(2)]);
    const hit = mesh.nearest([0.5, 0.5, 10], [0, 0, -1])!;
    expect(hit.distance).toBeCloseTo(9);
    expect(hit.point).toEqual([0.5, 0.5, 1]);
    expect(Math.abs(hit.normal[2])).toBeCloseTo(1);
    expect([hit.u, hit.v].sort()).toEqual([0.25, 0.75]);
    expect(mesh.nearest([0.5, 2.5, 10], [0, 0, -1])).toBeUndefined();
  });

  test('finds among many things what one by one would be found', () => {
    const random = randomFrom(1);
    const things = Array.from({ length: 40 }, () => placed(cube(1), scale(direction(random), 6), 90 * random()));
    const whole = new Mesh(things.flat());
    const single = things.map((thing) => new Mesh(thing));
    for (let i = 0; i < 500; i++) {
      const origin = scale(direction(random), 10 * random());
      const way = direction(random);
      const distances = single.map((mesh) => mesh.nearest(origin, way)?.distance ?? Number.POSITIVE_INFINITY);
      expect(whole.nearest(origin, way)?.distance ?? Number.POSITIVE_INFINITY).toBe(Math.min(...distances));
      expect(whole.isBlocked(origin, way, 4)).toBe(Math.min(...distances) < 4);
    }
  });

  test('is smooth where the surface is: the normal of a ball points away from its middle', () => {
    const mesh = new Mesh([ball(3)]);
    const random = randomFrom(2);
    for (let i = 0; i < 100; i++) {
      const hit = mesh.nearest([0, 0, 0], direction(random))!;
      expect(length(hit.point)).toBeCloseTo(3, 1);
      expect(Math.abs(dot(hit.normal, normalize(hit.point)))).toBeGreaterThan(0.999);
    }
  });
});

test('things are turned, tilted and put down', () => {
  const corner = ([surface]: Surface[]): Vec3 => surface!.shape(0, 0);
  const thing: Surface[] = [{ shape: (u, v) => [1 + u, 2, v], columns: 1, rows: 1, material: matt }];
  const close = (a: Vec3, b: Vec3): void => expect(length(subtract(a, b))).toBeCloseTo(0);
  // A quarter to the left: what was on the right is behind.
  close(corner(placed(thing, [10, 0, 0], 90)), [10, 2, -1]);
  expect(corner(tilted(thing, [1, 0, 0]))[0]).toBeCloseTo(2);
  expect(corner(rested(thing, 7))[1]).toBe(7);
});

describe('light', () => {
  const lambert = (normal: Vec3) => (way: Vec3) => Math.max(0, dot(normal, way));
  const middle = [0.4, 0.4] as const;
  const nothing = new Mesh(cube(1e-3));

  test('comes from the window to what is turned to it, and not through things', () => {
    const left = lambert([-1, 0, 0]);
    expect(Math.min(...windowLight(nothing, [0, 60, 0], left, middle))).toBeGreaterThan(0);
    expect(windowLight(nothing, [0, 60, 0], lambert([1, 0, 0]), middle)).toEqual([0, 0, 0]);
    const wall = new Mesh(placed(block([1, 500, 500], matt), [-20, -100, 0]));
    expect(windowLight(wall, [0, 60, 0], left, middle)).toEqual([0, 0, 0]);
    expect(sunLight(wall, [0, 10, 0], lambert([0, 1, 0]), middle)).toEqual([0, 0, 0]);
  });

  test('of the window is the same, taken from its area or from all directions', () => {
    const random = randomFrom(3);
    const point: Vec3 = [-40, 60, 20];
    const count = 40_000;
    let byArea: Vec3 = [0, 0, 0];
    let byDirection: Vec3 = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      byArea = add(byArea, windowLight(nothing, point, lambert([-1, 0, 0]), [random(), random()]));
      // Lambert's cosine law: a point of the sphere that touches the surface.
      const [radius, angle] = [Math.sqrt(random()), 2 * Math.PI * random()];
      const way: Vec3 = [-Math.sqrt(1 - radius ** 2), radius * Math.cos(angle), radius * Math.sin(angle)];
      const all = surroundings(point, way, true);
      const room = surroundings(point, way, false);
      // The sun, a glow in reflections only, is left out.
      if (Math.max(...all) < 10 && Math.max(...room) === 0) byDirection = add(byDirection, all);
    }
    expect(byArea[1] / byDirection[1]).toBeCloseTo(1, 1);
  });

  test('is less where it was scattered more often', () => {
    const random = randomFrom(4);
    const pair = () => [random(), random()] as const;
    const mean = (grey: number): number => {
      const mesh = new Mesh(block([500, 1, 500], { colour: () => [grey, grey, grey] }));
      let sum = 0;
      for (let i = 0; i < 2000; i++) sum += lightAlong(mesh, [0, 20, 0], [0, -1, 0], random, pair)[1];
      return sum / 2000;
    };
    expect(mean(0)).toBe(0);
    expect(mean(0.8) / mean(0.4)).toBeCloseTo(2, 0);
  });
});

describe('tools/sample.png', () => {
  test('is what `npm run sample` renders', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vggdraw-sample-'));
    try {
      const path = join(folder, 'small.png');
      await promisify(execFile)(process.execPath, [resolve('dist/tools/make-sample.js'), path, '32', '5']);
      const [rendered, small] = [await readPhoto(path), await fitLongestSide(await readPhoto(samplePath), 32)];
      // 7.5 here: means of grey levels are not grey levels of means, and what is alike is little in so small a picture.
      expect(meanDifference(rendered, small)).toBeLessThan(10);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is light enough for paper to stay bare, with nothing large that is black', async () => {
    const { rgb } = await readPhoto(samplePath);
    const share = (of: (value: number) => boolean): number => rgb.filter(of).length / rgb.length;
    expect(share((value) => value > 150)).toBeGreaterThan(0.5);
    expect(share((value) => value < 40)).toBeLessThan(0.06);
  });
});
