/** The evening sky: its gradient, the sun, and the gulls. */
import { paintCirrus, paintCumulus } from './clouds.js';
import { add, gradient, hex, mix, type Rgb, scale } from './color.js';
import { type Layer, paint, paintStroke } from './layer.js';
import { horizon, sun, width } from './setting.js';
import { covered, smoothstep } from './shapes.js';

const towardsSun = gradient([
  [0, '#ffc25e'],
  [0.14, '#ff9a58'],
  [0.3, '#f4786f'],
  [0.48, '#b9679c'],
  [0.7, '#5d62ae'],
  [1, '#23418a'],
]);
const awayFromSun = gradient([
  [0, '#f79a72'],
  [0.16, '#e5787f'],
  [0.34, '#a9639f'],
  [0.6, '#4c5aa6'],
  [1, '#152f70'],
]);

const sunGlow = hex('#ffb347');

/** The clear sky with the sun's glow, at any point above the horizon. */
export function clearSky(x: number, y: number): Rgb {
  const elevation = (horizon - y) / horizon;
  const aside = smoothstep(40, 420, Math.abs(x - sun.x));
  const sky = mix(towardsSun(elevation), awayFromSun(elevation), aside);
  const away = Math.hypot((x - sun.x) * 0.8, y - sun.y);
  const glow = 0.75 * Math.exp(-away / 26) + 0.28 * Math.exp(-away / 85);
  return add(sky, scale(sunGlow, glow));
}

export function paintSky(layer: Layer): void {
  paint(layer, { left: 0, top: 0, right: width, bottom: horizon }, () => 1, clearSky);
  paintCirrus(layer);
  paintSun(layer);
  paintCumulus(layer);
}

/** The disc, redder towards the haze at its foot. */
function paintSun(layer: Layer): void {
  const { x, y, radius } = sun;
  const box = { left: x - 30, top: y - 30, right: x + 30, bottom: y + 30 };
  const disc = gradient([
    [-1, '#fffdea'],
    [0.1, '#fff3b0'],
    [1, '#ffc85a'],
  ]);
  paint(
    layer,
    box,
    (px, py) => covered(Math.hypot(px - x, py - y) - radius, 1),
    (_, py) => disc((py - y) / radius),
  );
}

/** Gulls, each two wings. */
export function paintGulls(layer: Layer): void {
  const feather = hex('#3b2f5c');
  for (const [x, y, span, roll] of [
    [332, 84, 15, 0.1],
    [362, 104, 11, -0.25],
    [306, 112, 9, 0.3],
    [392, 66, 10, 0.05],
    [352, 128, 7, -0.1],
  ] as const) {
    for (const side of [-1, 1]) {
      paintStroke(layer, {
        from: { x, y },
        control: { x: x + side * span * 0.45, y: y - span * (0.55 - side * roll) },
        to: { x: x + side * span, y: y - span * (0.12 - side * roll) },
        widths: [span / 5, 0.6],
        color: () => feather,
      });
    }
  }
}
