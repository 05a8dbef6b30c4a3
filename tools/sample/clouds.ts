/** The clouds: streaks of cirrus high up and banks of cumulus below them. */
import { add, gradient, hex, mix, type Rgb, scale } from './color.js';
import { type Layer, paint } from './layer.js';
import { type Field, fractal, type Random, randomFrom, valueNoise } from './noise.js';
import { horizon, sun, width } from './setting.js';
import { clamp, smoothstep } from './shapes.js';

/** Long streaks high up, drawn out by the wind and lit from below. */
export function paintCirrus(layer: Layer): void {
  const random = randomFrom(11);
  const bends = fractal(valueNoise(random), 3);
  const streaks = fractal(valueNoise(random), 5);
  const density: Field = (x, y) => {
    const bent = y + 0.16 * x + 26 * bends(x / 190, y / 120);
    const streak = streaks(x / 150 + 3, bent / 15);
    return smoothstep(0.02, 0.5, streak + 0.3 * bends(x / 120 + 9, y / 70)) * smoothstep(235, 120, y);
  };
  const color = gradient([
    [0, '#ffb08a'],
    [0.5, '#ff9c92'],
    [1, '#c98fc0'],
  ]);
  paint(
    layer,
    { left: 0, top: 0, right: width, bottom: 235 },
    (x, y) => 0.55 * density(x, y),
    (_, y) => color((horizon - y) / horizon),
  );
}

/** A bank of cumulus with a level base. */
interface CloudBank {
  readonly seed: number;
  /** The middle of its base. */
  readonly x: number;
  readonly base: number;
  readonly halfWidth: number;
  /** How high it is heaped. */
  readonly rise: number;
  /** How many balls of cloud it is made of. */
  readonly puffs: number;
}

const cloudBanks: readonly CloudBank[] = [
  { seed: 21, x: 590, base: 200, halfWidth: 126, rise: 126, puffs: 130 },
  { seed: 22, x: 222, base: 146, halfWidth: 116, rise: 96, puffs: 130 },
  { seed: 23, x: 366, base: 180, halfWidth: 70, rise: 44, puffs: 90 },
  { seed: 26, x: 318, base: 241, halfWidth: 60, rise: 8, puffs: 30 },
  { seed: 24, x: 176, base: 224, halfWidth: 60, rise: 15, puffs: 34 },
  { seed: 25, x: 392, base: 218, halfWidth: 44, rise: 11, puffs: 30 },
];

/** A ball of cloud, wider than it is high. */
interface Puff {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

function puffsOf(bank: CloudBank, random: Random): Puff[] {
  const towers = random(0, 6);
  // Low banks are drawn out into streaks, high ones heaped up.
  const [flatness, bulk] = bank.rise < 20 ? [5, 0.26] : [1.2, 0.12];
  return Array.from({ length: bank.puffs }, (_, index) => {
    const along = 2 * random(0, 1) - 1;
    const dome = (1 - along * along) ** 0.7 * (0.55 + 0.45 * Math.cos(along * 5.5 + towers));
    const radiusY = bank.rise * (bulk + 0.14 * dome) * random(0.7, 1.25);
    // From the top of the heap to its base, so that the last, nearest puffs lie low.
    const climb = Math.max(0, dome * bank.rise - radiusY) * (1 - index / bank.puffs) ** 0.7;
    return {
      x: bank.x + along * bank.halfWidth,
      y: bank.base - 0.6 * radiusY - climb,
      radiusX: flatness * radiusY,
      radiusY,
    };
  });
}

/** The banks of cumulus, one after another. */
export function paintCumulus(layer: Layer): void {
  for (const bank of cloudBanks) paintBank(layer, bank);
}

/** Balls melted into one another, with frayed edges; lit from the side of the sun, mauve in their own shadow. */
function paintBank(layer: Layer, bank: CloudBank): void {
  const random = randomFrom(bank.seed);
  const puffs = puffsOf(bank, random);
  const fray = fractal(valueNoise(random), 5);
  const box = {
    left: bank.x - bank.halfWidth - 40,
    top: bank.base - bank.rise - 20,
    right: bank.x + bank.halfWidth + 40,
    bottom: bank.base + 14,
  };
  // Below the base the puffs are squeezed together, which makes it level.
  const levelled = (y: number) => Math.min(y, bank.base + (y - bank.base) * 2.2);
  const surfaceAt = (x: number, y: number) => {
    const amount = 0.05 * bank.rise + 1.2;
    const px = x + amount * fray(x / 14, y / 12);
    const py = y + amount * fray(x / 14 + 40, y / 12 + 7);
    return meltedSurface(puffs, px, levelled(py));
  };
  // `paint` asks for a sample's colour right after its coverage, and both need the surface.
  let surface = surfaceAt(0, 0);
  paint(
    layer,
    box,
    (x, y) => {
      surface = surfaceAt(x, y);
      return smoothstep(0, 0.3, surface.thickness) * 0.97;
    },
    (x, y) => cloudColor(surface, x, y, bank),
  );
}

interface CloudSurface {
  /** 0 at the edge, 1 in the middle of a puff. */
  readonly thickness: number;
  readonly normalX: number;
  readonly normalY: number;
}

function meltedSurface(puffs: readonly Puff[], x: number, y: number): CloudSurface {
  let weights = 0;
  let normalX = 0;
  let normalY = 0;
  let thickness = 0;
  for (let order = 0; order < puffs.length; order++) {
    const puff = puffs[order]!;
    const dy = (y - puff.y) / puff.radiusY;
    if (dy * dy >= 1) continue;
    const dx = (x - puff.x) / puff.radiusX;
    const bulge = 1 - dx * dx - dy * dy;
    if (bulge <= 0) continue;
    // The nearest puff that bulges most decides; the others soften the seam.
    const weight = Math.exp(7 * Math.sqrt(bulge) + (6 * order) / puffs.length) * bulge;
    weights += weight;
    normalX += weight * dx;
    normalY += weight * dy;
    thickness = Math.max(thickness, bulge);
  }
  return weights
    ? { thickness, normalX: normalX / weights, normalY: normalY / weights }
    : { thickness, normalX, normalY };
}

const cloud = {
  lowShade: hex('#7a4f86'),
  highShade: hex('#5d64ae'),
  farLight: hex('#ffa994'),
  nearLight: hex('#ffdb94'),
  skyLight: hex('#ff9fb4'),
  rim: hex('#ffcf80'),
};

function cloudColor(surface: CloudSurface, x: number, y: number, bank: CloudBank): Rgb {
  const away = Math.hypot(sun.x - x, sun.y - y) || 1;
  const facing = (surface.normalX * (sun.x - x) + surface.normalY * (sun.y - y)) / away - 0.25 * surface.normalY;
  const near = Math.exp(-away / 170);
  const height = clamp((bank.base - y) / bank.rise);
  const shade = mix(cloud.lowShade, cloud.highShade, height);
  const lit = mix(cloud.farLight, cloud.nearLight, near);
  const light = smoothstep(-0.45, 0.7, facing + 0.3 * height - 0.05);
  // Where the cloud is thin the sun shines through it.
  const rim = (1 - smoothstep(0.05, 0.4, surface.thickness)) * near;
  // The heads of the heap catch the bright sky on their other side.
  const fromAbove = smoothstep(0.1, 0.95, -0.35 * surface.normalX - 0.9 * surface.normalY) * (0.3 + 0.7 * height);
  const body = mix(mix(shade, cloud.skyLight, 0.62 * fromAbove), lit, light);
  return add(body, scale(cloud.rim, 0.6 * rim));
}
