/** The sea: waves in perspective that mirror the sky, and the sun's path on them. */
import { add, gradient, hex, mix, type Rgb, scale } from './color.js';
import { type Box, type Layer, overlay, paint, shine } from './layer.js';
import { type Field, fractal, randomFrom, valueNoise } from './noise.js';
import { height, horizon, sun, width } from './setting.js';
import { clamp, smoothstep } from './shapes.js';
import { clearSky } from './sky.js';

const sea: Box = { left: 0, top: horizon, right: width, bottom: height };

const random = randomFrom(31);
const driftNoise = fractal(valueNoise(random), 2);
const waveNoise = fractal(valueNoise(random), 4);
const rippleNoise = fractal(valueNoise(random), 3);

/** Lays out noise on the water as the eye sees it: waves shrink towards the horizon. */
function onWater(noise: Field, acrossSize: number, depthSize: number): Field {
  return (x, y) => {
    const depth = y - horizon;
    const across = ((x - 300) / (depth + 40)) * (150 / acrossSize);
    return noise(across, (Math.log(depth + 7) * 150) / depthSize);
  };
}

const drift = onWater(driftNoise, 130, 40);
const waves = onWater(waveNoise, 44, 10);
const ripples = onWater(rippleNoise, 16, 4);

/** The swell that rolls in: 0 in a trough, 1 on a crest, with crests sharper than troughs. */
function swell(x: number, y: number): number {
  const phase = 46 * Math.log(y - horizon + 24) + 4.5 * drift(x, y) + 1.6 * waves(x, y);
  const strength = smoothstep(-0.6, 0.45, drift(x + 170, 0.7 * y + 80) + 0.5 * waves(x + 90, y));
  return (0.5 + 0.5 * Math.sin(phase)) ** 2 * strength;
}

/** How far the water leans towards the eye, about −1 to 1. */
function slope(x: number, y: number): number {
  // Far waves are finer than the samples and would only flicker.
  const depth = y - horizon;
  const roll = (swell(x, y) - swell(x, y - 0.022 * (depth + 24))) * smoothstep(3, 40, depth);
  return 0.75 * roll + 0.55 * waves(x, y) * smoothstep(0, 14, depth) + 0.25 * ripples(x, y) * smoothstep(8, 60, depth);
}

export function paintSea(layer: Layer): void {
  paint(layer, sea, () => 1, waterColor);
  shine(layer, sea, sunPath);
}

const deepWater = gradient([
  [0, '#5a93a8'],
  [0.15, '#27809a'],
  [0.5, '#10607e'],
  [1, '#0a3c5c'],
]);
const translucent = hex('#35b0a0');
const foam = hex('#ffd9c9');

function waterColor(x: number, y: number): Rgb {
  const depth = y - horizon;
  const lean = slope(x, y);
  const mirrored = horizon - Math.max(0, depth * 0.85 + lean * (10 + 0.6 * depth));
  const mirror = clamp(0.86 - 0.0032 * depth - 0.6 * smoothstep(-0.25, 0.5, lean));
  const water = mix(deepWater(depth / 200), scale(clearSky(x, mirrored), 0.9), mirror);
  // A crest is thin: the sky shines through it, and here and there it breaks.
  const height = swell(x, y);
  const crest = smoothstep(0.6, 1, height) * smoothstep(20, 110, depth);
  const breaking = smoothstep(0.86, 0.95, height) * smoothstep(0.2, 0.45, waves(x + 33, y)) * crest;
  return mix(add(water, scale(translucent, 0.22 * crest)), foam, 0.8 * breaking);
}

const pathGlow = hex('#ff9a3c');
const pathSpark = hex('#ffe9a8');

/** Sparks where a wave is tilted just so, along a path that widens towards the eye. */
function sunPath(x: number, y: number): Rgb {
  const depth = y - horizon;
  const spread = 14 + 0.27 * depth;
  const aside = Math.abs(x - sun.x + 14 * drift(x, y)) / spread;
  if (aside > 3) return [0, 0, 0];
  const chance = Math.exp(-aside * aside);
  const tilt = 0.55 * waves(x, y) + 0.65 * ripples(x, y);
  const spark = smoothstep(0.62 - 0.85 * chance, 0.85 - 0.75 * chance, tilt);
  const strength = chance * (0.2 + 1.1 * spark) * (1 - 0.35 * smoothstep(60, 200, depth));
  return add(scale(pathGlow, strength * 0.75), scale(pathSpark, strength * spark * 0.6));
}

/** How far below its waterline a reflection can still be made out, in pixels. */
const reach = 110;

/** Paints what `above` shows a second time, upside down below `waterline` and broken up by the waves. */
export function paintReflection(layer: Layer, above: Layer, box: Box, waterline: Field, strength: number): void {
  overlay(layer, box, above, (x, y) => {
    const line = waterline(x, y);
    const below = y - line;
    if (below < 0 || below > reach) return { x, y, strength: 0 };
    const lean = slope(x, y);
    return {
      x: x + lean * (1.5 + 0.16 * below),
      y: line - below * 1.05 + lean * (1 + 0.12 * below),
      strength: strength * (1 - below / reach),
    };
  });
}
