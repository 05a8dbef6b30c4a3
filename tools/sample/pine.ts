/** The old pine that frames the picture. */
import { gradient, hex, mix, scale } from './color.js';
import { type Layer, paint, paintStroke } from './layer.js';
import { fractal, type Random, randomFrom, valueNoise } from './noise.js';
import { bezier, clamp, covered, ellipse, type Point, smoothstep } from './shapes.js';

/** A limb, from thick to thin. */
interface Limb {
  readonly from: Point;
  readonly control: Point;
  readonly to: Point;
  readonly widths: readonly [number, number];
}

const limbs: readonly Limb[] = [
  { from: { x: 30, y: 262 }, control: { x: 16, y: 232 }, to: { x: -10, y: 218 }, widths: [10, 4] },
  { from: { x: 42, y: 280 }, control: { x: 62, y: 240 }, to: { x: 116, y: 226 }, widths: [10, 3] },
  { from: { x: 14, y: 452 }, control: { x: 62, y: 350 }, to: { x: 32, y: 246 }, widths: [34, 19] },
  { from: { x: 30, y: 190 }, control: { x: 16, y: 150 }, to: { x: -6, y: 140 }, widths: [8, 3] },
  { from: { x: 32, y: 215 }, control: { x: 56, y: 170 }, to: { x: 112, y: 160 }, widths: [9, 3] },
  { from: { x: 32, y: 252 }, control: { x: 14, y: 180 }, to: { x: 50, y: 72 }, widths: [19, 6] },
  { from: { x: 38, y: 124 }, control: { x: 62, y: 92 }, to: { x: 98, y: 80 }, widths: [7, 3] },
];

/** A flat cloud of needles. */
interface Pad {
  readonly x: number;
  readonly y: number;
  readonly radiusX: number;
  readonly radiusY: number;
}

const pads: readonly Pad[] = [
  { x: -4, y: 212, radiusX: 42, radiusY: 19 },
  { x: 112, y: 222, radiusX: 44, radiusY: 17 },
  { x: -2, y: 134, radiusX: 40, radiusY: 20 },
  { x: 104, y: 156, radiusX: 52, radiusY: 21 },
  { x: 106, y: 76, radiusX: 44, radiusY: 21 },
  { x: 40, y: 70, radiusX: 66, radiusY: 34 },
];

export function paintPine(layer: Layer): void {
  for (const limb of limbs) paintLimb(layer, limb);
  const random = randomFrom(83);
  for (const pad of pads) paintPad(layer, pad, random);
}

const bark = fractal(valueNoise(randomFrom(84)), 4);
const barkColors = { dark: hex('#241a2c'), brown: hex('#6b4038'), lit: hex('#f08a48') };

/** Bark: fissured, lit along the side of the sun. */
function paintLimb(layer: Layer, limb: Limb): void {
  const pieces = 70;
  for (let piece = 0; piece < pieces; piece++) {
    const t = piece / pieces;
    const here = bezier(limb.from, limb.control, limb.to, t);
    const next = bezier(limb.from, limb.control, limb.to, t + 1 / pieces);
    const radius = (limb.widths[0] + (limb.widths[1] - limb.widths[0]) * t) / 2;
    const length = Math.hypot(next.x - here.x, next.y - here.y);
    const side = { x: -(next.y - here.y) / length, y: (next.x - here.x) / length };
    paint(
      layer,
      { left: here.x - radius - 2, top: here.y - radius - 2, right: here.x + radius + 2, bottom: here.y + radius + 2 },
      (x, y) => covered(Math.hypot(x - here.x, y - here.y) - radius + 0.7 * bark(x / 4, y / 4)),
      (x, y) => {
        const aside = ((x - here.x) * side.x + (y - here.y) * side.y) / radius;
        const fissure = bark(x / 4.2, y / 13);
        const body = mix(barkColors.dark, barkColors.brown, smoothstep(-0.9, 0.7, aside + 0.8 * fissure));
        const rim = smoothstep(0.45, 0.95, aside + 0.4 * fissure) * smoothstep(-0.5, 0.1, fissure);
        return mix(scale(body, 1 + 0.6 * fissure), barkColors.lit, 0.85 * rim);
      },
    );
  }
}

const needleColors = gradient([
  [0, '#0d1c22'],
  [0.3, '#15362f'],
  [0.58, '#2f6238'],
  [0.82, '#86983c'],
  [1, '#ffc25c'],
]);

/** Tufts of needles heaped up to a dome on a dark, level underside. */
function paintPad(layer: Layer, pad: Pad, random: Random): void {
  const underside = needleColors(0.08);
  paint(
    layer,
    { left: pad.x - pad.radiusX, top: pad.y - pad.radiusY, right: pad.x + pad.radiusX, bottom: pad.y + pad.radiusY },
    (x, y) => covered(ellipse(x, y + 2, pad, 0.86 * pad.radiusX, y > pad.y ? 0.35 * pad.radiusY : 0.7 * pad.radiusY)),
    () => underside,
  );
  const tufts = Math.round((pad.radiusX * pad.radiusY) / 16);
  for (let tuft = 0; tuft < tufts; tuft++) {
    // From the top down, so that each row stands before the one above it.
    const down = tuft / tufts;
    const breadth = Math.sqrt(1 - (1 - down) ** 2) * 0.9 + 0.08;
    const out = random(-1, 1) * breadth;
    const root = { x: pad.x + pad.radiusX * out, y: pad.y + pad.radiusY * (1.12 * down - 0.82) };
    paintTuft(layer, root, 6 + 0.12 * pad.radiusY, clamp(0.58 - 0.42 * down + 0.3 * out + random(-0.14, 0.14)), random);
  }
}

/** Needles that fan out from one twig, lightest at their tips and on the side of the sun. */
function paintTuft(layer: Layer, root: Point, length: number, light: number, random: Random): void {
  for (let needle = 0; needle < 22; needle++) {
    const angle = random(-1.75, 1.75);
    const reach = length * random(0.6, 1.1);
    const to = { x: root.x + reach * Math.sin(angle), y: root.y - reach * Math.cos(angle) * 0.8 };
    const tip = light + 0.22 * Math.sin(angle) + 0.16 * Math.cos(angle);
    paintStroke(layer, {
      from: root,
      control: { x: (root.x + to.x) / 2, y: (root.y + to.y) / 2 - 1 },
      to,
      widths: [1.7, 0.7],
      color: (along) => needleColors(clamp(light - 0.2 + (tip - light + 0.2) * along)),
    });
  }
}
