/** The headland that the lighthouse stands on, and the rocks in the sea before it. */
import { add, hex, mix, multiply, type Rgb, scale } from './color.js';
import { type Layer, paint } from './layer.js';
import { facets, fractal, randomFrom, valueNoise } from './noise.js';
import { height, lighthouse, skylight, sunlight, width } from './setting.js';
import { clamp, covered, ellipse, profile, smoothstep } from './shapes.js';

const random = randomFrom(51);
const boulders = facets(random);
const stones = facets(random);
const bend = fractal(valueNoise(random), 3);
const grain = fractal(valueNoise(random), 4);

/** The skyline of the headland. */
const back = profile([
  [312, 388],
  [332, 366],
  [352, 349],
  [374, 334],
  [398, 318],
  [424, 308],
  [470, 302],
  [520, 300],
  [560, 297],
  [600, 290],
  [650, 281],
]);

/** Where its grass ends and the cliff begins. */
const brink = profile([
  [330, 366],
  [372, 342],
  [400, 331],
  [440, 324],
  [500, 328],
  [560, 332],
  [600, 322],
  [650, 318],
]);

/** Where the cliff meets the water. */
export const waterline = profile([
  [300, 386],
  [340, 389],
  [400, 394],
  [470, 404],
  [540, 408],
  [650, 422],
]);

interface Islet {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

const islets: readonly Islet[] = [
  { x: 300, y: 393, radiusX: 26, radiusY: 22 },
  { x: 262, y: 402, radiusX: 15, radiusY: 12 },
  { x: 346, y: 409, radiusX: 24, radiusY: 18 },
  { x: 452, y: 421, radiusX: 30, radiusY: 19 },
];

export function paintHeadland(layer: Layer): void {
  paintCliff(layer);
  paintTurf(layer);
}

function paintCliff(layer: Layer): void {
  paint(
    layer,
    { left: 296, top: 270, right: width, bottom: height },
    (x, y) => {
      const ragged = 7 * bend(x / 16, y / 16);
      return covered(Math.max(back(x) + 3 + ragged - y, y - waterline(x)));
    },
    (x, y) => rockColor(x, y, (y - brink(x)) / (waterline(x) - brink(x))),
  );
}

export function paintIslets(layer: Layer): void {
  for (const islet of islets) {
    const { x, y, radiusX, radiusY } = islet;
    paint(
      layer,
      { left: x - radiusX - 8, top: y - radiusY - 8, right: x + radiusX + 8, bottom: y + 2 },
      (px, py) => covered(Math.max(ellipse(px, py, { x, y }, radiusX, radiusY) + 6 * bend(px / 13, py / 13), py - y)),
      (px, py) => rockColor(px, py, 1 - (y - py) / radiusY),
    );
  }
}

const rock = { dark: hex('#5c4a58'), pale: hex('#a58a78'), shadow: hex('#191530') };

/** Broken rock. `descent` goes from 0 at its top to 1 at the water, where it is wet and dark. */
function rockColor(x: number, y: number, descent: number): Rgb {
  const px = x + 9 * bend(x / 22, y / 22);
  const py = y + 9 * bend(x / 22 + 31, y / 22);
  const large = boulders(px / 30, py / 42);
  const small = stones(px / 11, py / 15);
  // Buttresses and gullies run down the cliff.
  const buttress = bend(px / 36 + 0.12, py / 130) - bend(px / 36 - 0.12, py / 130);
  const tiltX = 0.75 * large.tiltX + 0.35 * small.tiltX + 0.5 * grain(x / 6, y / 6) - 2.2 * buttress;
  const tiltY = 0.5 * large.tiltY + 0.3 * small.tiltY + 0.3 * grain(x / 5 + 9, y / 5) - 0.3;
  const facing = smoothstep(-0.4, 0.9, -0.85 * tiltX - 0.6 * tiltY);
  const strata = 0.5 + 0.5 * Math.sin(py / 2.6 + 0.12 * px + 5 * grain(x / 40, y / 30));
  const body = mix(rock.dark, rock.pale, clamp(0.35 + 0.35 * small.shade + 0.3 * strata + 0.4 * grain(x / 9, y / 4)));
  const light = add(
    scale(skylight, 0.66 - 0.34 * descent),
    scale(sunlight, 2.6 * facing ** 1.6 * (1 - 0.35 * clamp(descent))),
  );
  // Cracks open only here and there.
  const open = smoothstep(-0.15, 0.45, grain(x / 18 + 4, y / 18));
  const fissure = (1 - smoothstep(0, 0.09, large.crack)) * (0.35 + 0.65 * open);
  const chink = 0.55 * (1 - smoothstep(0, 0.12, small.crack)) * open;
  const wet = 1 - 0.6 * smoothstep(0.76, 0.97, descent);
  return scale(mix(multiply(body, light), rock.shadow, Math.max(0.8 * fissure, chink)), wet);
}

const turf = { bright: hex('#b9bb45'), deep: hex('#35603a') };

function paintTurf(layer: Layer): void {
  const tufts = fractal(valueNoise(randomFrom(52)), 4);
  const bottom = (x: number) => brink(x) + 9 * tufts(x / 19, 0) + 2.5 * tufts(x / 3, 5);
  paint(
    layer,
    { left: 330, top: 262, right: width, bottom: 360 },
    (x, y) => covered(Math.max(back(x) + 2 * tufts(x / 2.2, 9) - y, y - bottom(x))),
    (x, y) => {
      const depth = clamp((y - back(x)) / (bottom(x) - back(x)));
      const patch = tufts(x / 15, y / 5);
      const blade = tufts(x / 2.2, y / 6);
      const green = mix(turf.bright, turf.deep, clamp(0.3 + 0.6 * patch + 0.55 * depth));
      const light = add(
        scale(skylight, 0.5),
        scale(sunlight, clamp(1.1 + 0.9 * blade - 0.85 * depth) * (1 - castShadow(x, y))),
      );
      return multiply(green, light);
    },
  );
}

/** The shadows of the tower and the house, which fall away from the sun. */
function castShadow(x: number, y: number): number {
  const shadowOf = (foot: number, line: number, halfWidth: number) => {
    const down = y - line;
    return smoothstep(1, 0.7, Math.abs(x - foot - 3.2 * down) / halfWidth) * smoothstep(-4, 1, down);
  };
  return 0.8 * Math.max(shadowOf(lighthouse.x + 14, lighthouse.base - 3, 34), shadowOf(572, 303, 42));
}

const froth = fractal(valueNoise(randomFrom(53)), 3);
const foam = { bright: hex('#fff3e4'), shaded: hex('#b9a6d6') };

/** White water along the foot of the headland and around the rocks. */
export function paintSurf(layer: Layer): void {
  paint(
    layer,
    { left: 230, top: 380, right: width, bottom: 450 },
    (x, y) => {
      const away = distanceToShore(x, y);
      if (away < -1.5) return 0;
      const wash = away + 6 * froth(x / 15, y / 7);
      const lace = smoothstep(-0.35, 0.25, froth(x / 11, y / 3.5));
      const atRock = smoothstep(6.5, 2, wash);
      const runningIn = smoothstep(2.6, 0.4, Math.abs(wash - 13)) + 0.6 * smoothstep(2, 0.4, Math.abs(wash - 23));
      return clamp(0.95 * atRock * (0.55 + 0.45 * lace) + 0.7 * runningIn * lace);
    },
    (x, y) => mix(foam.bright, foam.shaded, smoothstep(-0.3, 0.4, froth(x / 8 + 5, y / 4))),
  );
}

/** How far a point of the water is from the nearest rock, with distances across foreshortened; negative behind it. */
function distanceToShore(x: number, y: number): number {
  let nearest = x > 304 ? y - waterline(x) : Math.hypot((x - 304) / 2, y - waterline(304));
  for (const { x: ix, y: iy, radiusX } of islets) {
    const around = Math.hypot((x - ix) / (radiusX + 2), (y - iy) / 5);
    const away = y < iy && around < 1.2 ? -9 : 5 * (around - 1);
    nearest = Math.min(nearest, away);
  }
  return nearest;
}
