/** A sailing boat before the wind, the sun shining through its sails. */
import { add, gradient, hex, mix, type Rgb, scale } from './color.js';
import { type Box, type Layer, paint, paintLine, paintStroke } from './layer.js';
import { fractal, randomFrom, valueNoise } from './noise.js';
import { bezier, clamp, covered, type Point, polygon, smoothstep } from './shapes.js';

/** Where the middle of the hull meets the water. */
export const berth: Point = { x: 158, y: 330 };

/** What the boat takes up. */
export const boatBox: Box = { left: berth.x - 60, top: berth.y - 120, right: berth.x + 65, bottom: berth.y + 4 };

/** A point given in pixels from the berth, upwards positive. */
function at(x: number, up: number): Point {
  return { x: berth.x + x, y: berth.y - up };
}

const colors = {
  spar: hex('#4a2b2c'),
  sparTip: hex('#8a4a30'),
  hull: hex('#1f3358'),
  stripe: hex('#fff2dc'),
  glow: hex('#c0552f'),
  redJacket: hex('#d8402f'),
  yellowJacket: hex('#e9b23c'),
  head: hex('#6b3a30'),
  pennant: hex('#e8352e'),
};

/** The cloth of each sail, from its shaded to its shining side. */
const cloths = {
  main: gradient([
    [0, '#b9674f'],
    [0.35, '#e89a5c'],
    [0.8, '#ffe0a4'],
    [1, '#fff1c9'],
  ]),
  jib: gradient([
    [0, '#c8404a'],
    [0.5, '#f0743e'],
    [1, '#ffb463'],
  ]),
};

export function paintBoat(layer: Layer): void {
  paintSail(layer, [at(2, 17), at(-42, 20), at(5, 111)], [at(-20, 13), at(-38, 74), at(5, 60)], 'main');
  paintSail(layer, [at(8, 16), at(48, 12), at(6, 100)], [at(30, 6), at(34, 54), at(9, 54)], 'jib');
  paintRigging(layer);
  paintHull(layer);
  paintSailor(layer, -25, colors.redJacket);
  paintSailor(layer, -16, colors.yellowJacket);
}

/** Mast, boom, forestay and pennant. */
function paintRigging(layer: Layer): void {
  for (const [from, to, thickness] of [
    [at(3, 8), at(5.5, 115), 2.4],
    [at(-42, 18), at(5, 16), 2],
    [at(50, 11), at(5.5, 104), 0.7],
  ] as const) {
    paintStroke(layer, {
      from,
      control: from,
      to,
      widths: [thickness, thickness * 0.7],
      color: (along) => mix(colors.spar, colors.sparTip, along),
    });
  }
  paintStroke(layer, {
    from: at(5, 114),
    control: at(-4, 118),
    to: at(-13, 112),
    widths: [4, 0.5],
    color: () => colors.pennant,
  });
}

/** A sail is a triangle whose sides are curves; `bulges` are their control points, from corner to corner. */
function paintSail(
  layer: Layer,
  corners: readonly [Point, Point, Point],
  bulges: readonly [Point, Point, Point],
  which: 'main' | 'jib',
): void {
  const outline = corners.flatMap((corner, side) => {
    const next = corners[(side + 1) % 3]!;
    return Array.from({ length: 10 }, (_, step) => bezier(corner, bulges[side]!, next, step / 10));
  });
  const weave = fractal(valueNoise(randomFrom(71)), 3);
  paint(
    layer,
    boatBox,
    (x, y) => covered(polygon(x, y, outline)),
    (x, y) => {
      const up = (berth.y - y) / 111;
      const belly = which === 'main' ? (x - berth.x + 44) / 48 : (x - berth.x - 4) / 42;
      const seam = smoothstep(0.09, 0.03, Math.abs(((up * 5.5 + 0.22 * belly) % 1) - 0.5));
      const fold = 0.1 * weave(x / 14 + 2 * up, y / 30);
      return scale(cloths[which](clamp(0.25 + 0.75 * belly - 0.25 * up + fold)), 1 - 0.16 * seam);
    },
  );
}

function paintHull(layer: Layer): void {
  const sheer = (x: number) => berth.y - 9.5 - 0.0016 * (x - berth.x - 4) ** 2 - 0.04 * (x - berth.x);
  const hull = [at(-46, 15), at(-39, 0), at(36, 0), at(47, 6), at(56, 16)];
  paint(
    layer,
    boatBox,
    (x, y) => covered(Math.max(polygon(x, y, [...hull, at(56, 30), at(-46, 30)]), sheer(x) - y)),
    (x, y) => {
      const down = y - sheer(x);
      const stripe = smoothstep(1, 1.6, down) * smoothstep(3.8, 3.2, down);
      const paintwork = mix(colors.hull, colors.stripe, stripe);
      const glow = smoothstep(10, 56, x - berth.x);
      return add(scale(paintwork, 0.75 + 0.3 * glow), scale(colors.glow, 0.3 * glow * (1 - stripe)));
    },
  );
}

function paintSailor(layer: Layer, x: number, jacket: Rgb): void {
  paintStroke(layer, { from: at(x, 11), control: at(x, 16), to: at(x + 1, 20), widths: [6, 4.5], color: () => jacket });
  paintLine(layer, at(x + 1, 22), at(x + 1, 24), 4, colors.head);
}
