/** Grass and flowers in the foreground, and what grows around the house. */
import { add, hex, mix, multiply, type Rgb, scale } from './color.js';
import { type Layer, paint, paintStroke } from './layer.js';
import { type Field, fractal, type Random, randomFrom, valueNoise } from './noise.js';
import { height, lighthouse, skylight, sun, sunlight, width } from './setting.js';
import { bezier, clamp, covered, ellipse, type Point, profile, smoothstep } from './shapes.js';

/** The upper edge of the bank at the viewer's feet. */
const bank = profile([
  [-10, 392],
  [50, 398],
  [110, 416],
  [180, 438],
  [260, 452],
  [340, 456],
  [430, 448],
  [520, 436],
  [590, 420],
  [650, 402],
]);

const soil = { top: hex('#24401f'), foot: hex('#0e2420') };

export function paintBank(layer: Layer): void {
  const tint = fractal(valueNoise(randomFrom(81)), 3);
  paint(
    layer,
    { left: 0, top: 380, right: width, bottom: height },
    (x, y) => covered(bank(x) - y),
    (x, y) => mix(soil.top, soil.foot, clamp((y - bank(x)) / 60 + 0.4 * tint(x / 20, y / 8))),
  );
  paintGrass(layer);
}

/** Tufts and flowers, from the back to the front. */
function paintGrass(layer: Layer): void {
  const random = randomFrom(82);
  const tint = fractal(valueNoise(random), 3);
  const tufts = 760;
  for (let tuft = 0; tuft < tufts; tuft++) {
    // Closest together far away, where they hide the bank's bare edge.
    const depth = (tuft / tufts) ** 1.5;
    const x = random(-10, width + 10);
    const foot = { x, y: bank(x) + 3 + depth * (height + 14 - bank(x)) };
    const tall = (11 + 21 * depth) * random(0.75, 1.2) * (1 + 0.4 * tint(x / 40, depth * 3));
    paintTuft(layer, random, foot, tall, tint(x / 30, foot.y / 16));
    const kind = tint(x / 45 + 8, depth * 1.5);
    if (tuft % 4 === 1 && Math.abs(kind) > 0.12) paintFlower(layer, random, foot, tall * random(0.95, 1.3), kind);
  }
}

const grass = { shadow: hex('#10291f'), moss: hex('#2c5222'), green: hex('#5c9a3a'), straw: hex('#e8bc4a') };

/** Blades that spread from one foot, most of them with the wind. */
function paintTuft(layer: Layer, random: Random, foot: Point, tall: number, tint: number): void {
  // The tips stand in the light of the sun.
  const near = 0.5 + 0.75 * Math.exp(-Math.abs(foot.x - sun.x) / 170);
  const dark = mix(grass.shadow, grass.moss, clamp(0.4 + 1.2 * tint));
  for (let blade = 0; blade < 7; blade++) {
    const lean = tall * (random(-0.5, 0.65) + 0.14);
    const up = tall * random(0.6, 1.1);
    const root = { x: foot.x + random(-4, 4), y: foot.y + random(-1.5, 1.5) };
    const tip = scale(
      mix(grass.green, grass.straw, clamp(0.2 + 0.9 * tint + random(-0.3, 0.4))),
      near * random(0.7, 1.1),
    );
    paintStroke(layer, {
      from: root,
      control: { x: root.x + 0.15 * lean, y: root.y - 0.7 * up },
      to: { x: root.x + lean, y: root.y - up },
      widths: [1.3 + tall / 15, 0.3],
      color: (along) => mix(dark, tip, along ** 1.5),
    });
  }
}

const stem = hex('#3d6a2c');

function paintFlower(layer: Layer, random: Random, foot: Point, tall: number, kind: number): void {
  const head = { x: foot.x + tall * random(0.05, 0.4), y: foot.y - tall };
  paintStroke(layer, {
    from: foot,
    control: { x: foot.x, y: foot.y - 0.6 * tall },
    to: head,
    widths: [1.5, 1],
    color: () => stem,
  });
  if (kind > 0) paintPoppy(layer, random, head, 1.4 + tall / 5.6);
  else paintLupin(layer, random, foot, head);
}

const poppy = { shaded: hex('#a30f22'), lit: hex('#ff4a2a'), edge: hex('#ff9c5c'), heart: hex('#2a0d1c') };

/** A poppy seen from the side: four petals cupped around a dark heart. */
function paintPoppy(layer: Layer, random: Random, head: Point, radius: number): void {
  const turn = random(-0.25, 0.25);
  const box = {
    left: head.x - 2 * radius,
    top: head.y - 2 * radius,
    right: head.x + 2 * radius,
    bottom: head.y + 2 * radius,
  };
  for (const [right, up, size, light] of [
    [0.1, 0.34, 0.72, 0.25],
    [-0.5, 0.1, 0.62, 0.5],
    [0.5, 0.12, 0.62, 0.85],
    [0, -0.2, 0.68, 0.7],
  ] as const) {
    const center = { x: head.x + radius * (right - turn * up), y: head.y - radius * (up + turn * right) };
    paint(
      layer,
      box,
      (x, y) => covered(ellipse(x, y, center, size * radius, 0.8 * size * radius)),
      (_, y) => {
        const rise = clamp(0.5 - (y - center.y) / (1.5 * size * radius));
        return mix(
          mix(poppy.shaded, poppy.lit, clamp(light * (0.4 + 0.9 * rise))),
          poppy.edge,
          0.7 * light * rise ** 5,
        );
      },
    );
  }
  const heart = { x: head.x + 0.05 * radius, y: head.y - 0.22 * radius };
  paint(
    layer,
    box,
    (x, y) => 0.9 * covered(ellipse(x, y, heart, 0.3 * radius, 0.2 * radius)),
    () => poppy.heart,
  );
}

const blossoms = { dark: hex('#5a2fb0'), bright: hex('#e39cf5') };

/** A spike of small violet blossoms, largest at its foot. */
function paintLupin(layer: Layer, random: Random, foot: Point, head: Point): void {
  for (let blossom = 0; blossom < 16; blossom++) {
    const up = blossom / 15;
    const center = bezier(foot, { x: foot.x, y: (foot.y + head.y) / 2 }, head, 0.4 + 0.65 * up);
    const side = random(-1, 1) * (1 - up) * 3.6;
    const color = mix(blossoms.dark, blossoms.bright, clamp(up * 0.6 + random(0, 0.4)));
    const spot = { x: center.x + side, y: center.y };
    paintStroke(layer, {
      from: spot,
      control: spot,
      to: { x: spot.x + 0.5, y: spot.y - 0.8 },
      widths: [4.4 - 2.6 * up, 3.4 - 2.2 * up],
      color: () => color,
    });
  }
}

/** Grass that hides where the lighthouse and the house meet the ground. */
export function paintDooryard(layer: Layer): void {
  const random = randomFrom(86);
  for (let x = 428; x < 618; x += random(1, 4)) {
    const tower = Math.abs(x - lighthouse.x);
    const line = tower < 44 ? lighthouse.base + 5 - tower * 0.09 : 306.5;
    if (tower > 9) paintTuft(layer, random, { x, y: line + random(-0.5, 2) }, random(3, 6.5), random(0, 0.7));
  }
}

/** Round trees bent by the wind, behind the house. */
export function paintTrees(layer: Layer): void {
  const random = randomFrom(85);
  const leaves = fractal(valueNoise(random), 4);
  for (const [x, y, radius] of [
    [628, 252, 25],
    [606, 262, 17],
    [646, 262, 22],
  ] as const) {
    paintStroke(layer, {
      from: { x: x - 2, y: 296 },
      control: { x: x - 4, y: 280 },
      to: { x, y },
      widths: [6, 3],
      color: () => foliage.trunk,
    });
    paint(
      layer,
      { left: x - radius - 12, top: y - radius - 12, right: x + radius + 12, bottom: y + radius + 12 },
      (px, py) => covered(ellipse(px, py, { x, y }, radius, radius * 0.85) + 9 * leaves(px / 9, py / 8)),
      (px, py) => leafColor(leaves, px, py, (px - x) / radius, (py - y) / radius),
    );
  }
}

const foliage = { dark: hex('#27503a'), bright: hex('#6a8a38'), trunk: hex('#33222c') };

function leafColor(leaves: Field, x: number, y: number, right: number, down: number): Rgb {
  const bump = leaves(x / 9, y / 8) - leaves(x / 9 - 0.35, y / 8 - 0.3);
  const lit = smoothstep(-0.5, 0.8, -0.8 * right - 0.45 * down - 1.5 * bump);
  const light = add(scale(skylight, 0.4), scale(sunlight, 1.3 * lit));
  return multiply(mix(foliage.dark, foliage.bright, lit), light);
}
