/** The hills across the bay, paler and bluer the farther away they are. */
import { add, hex, mix, type Rgb, scale } from './color.js';
import { type Layer, paint } from './layer.js';
import { fractal, randomFrom, valueNoise } from './noise.js';
import { horizon, sun, width } from './setting.js';
import { covered, profile, smoothstep } from './shapes.js';

interface Ridge {
  readonly seed: number;
  /** Its heights above the horizon. */
  readonly outline: readonly (readonly [x: number, height: number])[];
  readonly roughness: number;
  readonly sunny: Rgb;
  readonly shady: Rgb;
  /** How much of it the air hides, at its foot. */
  readonly haze: number;
}

const ridges: readonly Ridge[] = [
  {
    seed: 41,
    outline: [
      [-10, 62],
      [40, 74],
      [88, 52],
      [130, 40],
      [180, 16],
      [222, 0],
      [352, 0],
      [396, 20],
      [440, 44],
      [500, 64],
      [560, 88],
      [610, 72],
      [650, 80],
    ],
    roughness: 7,
    sunny: hex('#d98595'),
    shady: hex('#8a6aa3'),
    haze: 0.55,
  },
  {
    seed: 42,
    outline: [
      [-10, 40],
      [30, 32],
      [70, 35],
      [110, 22],
      [150, 8],
      [176, 0],
      [420, 0],
      [470, 14],
      [520, 30],
      [570, 38],
      [610, 50],
      [650, 56],
    ],
    roughness: 5,
    sunny: hex('#b5667c'),
    shady: hex('#5c5590'),
    haze: 0.4,
  },
  {
    seed: 43,
    outline: [
      [-10, 17],
      [40, 20],
      [84, 12],
      [118, 4],
      [132, 0],
      [640, 0],
    ],
    roughness: 4,
    sunny: hex('#8d5a5c'),
    shady: hex('#383f72'),
    haze: 0.22,
  },
];

const hazeColor = hex('#f39a7c');
const sunHaze = hex('#ff9448');

export function paintHills(layer: Layer): void {
  for (const ridge of ridges) paintRidge(layer, ridge);
}

function paintRidge(layer: Layer, ridge: Ridge): void {
  const random = randomFrom(ridge.seed);
  const crags = fractal(valueNoise(random), 5);
  const folds = fractal(valueNoise(random), 4);
  const height = profile(ridge.outline);
  const heightAt = (x: number) => {
    const smooth = height(x);
    return smooth + ridge.roughness * crags(x / 26, 0) * smoothstep(0, 14, smooth);
  };
  paint(
    layer,
    { left: 0, top: horizon - 110, right: width, bottom: horizon + 1 },
    (x, y) => (y > horizon ? 0 : covered(horizon - heightAt(x) - y)),
    (x, y) => {
      const depth = y - (horizon - heightAt(x));
      // Folds run down the slopes; those that lean towards the sun are lit.
      const side = Math.sign(sun.x - x);
      const at = (px: number) => folds(px / 22 + (side * depth) / 30, y / 34);
      const lit = smoothstep(-0.25, 0.35, (at(x) - at(x + side * 5)) * 1.8 + 0.05);
      const haze = ridge.haze * smoothstep(horizon - 46, horizon, y);
      const glow = Math.exp(-Math.abs(x - sun.x) / 130);
      const rock = mix(ridge.shady, ridge.sunny, lit * (0.45 + 0.55 * glow));
      return add(mix(rock, hazeColor, haze), scale(sunHaze, 0.35 * glow * glow));
    },
  );
}
