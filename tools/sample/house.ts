/** The keeper's house, to the right of the lighthouse, with its lamps lit. */
import { hex, mix, scale } from './color.js';
import { type Color, type Coverage, type Layer, paint, paintLine } from './layer.js';
import { fractal, randomFrom, valueNoise } from './noise.js';
import { clamp, covered, type Point, polygon, rectangle, smoothstep } from './shapes.js';

const box = { left: 505, top: 225, right: 612, bottom: 312 };
const stains = fractal(valueNoise(randomFrom(61)), 4);

const colors = {
  chimneyLit: hex('#d98a6a'),
  chimneyShaded: hex('#5f4058'),
  wallShaded: hex('#8f86b4'),
  wallLit: hex('#ffd9ae'),
  tileLit: hex('#b5483e'),
  tileShaded: hex('#7d3550'),
  verge: hex('#e0795a'),
  frame: hex('#4b3350'),
  glazing: hex('#4a2c38'),
  paneTop: hex('#ffe9a0'),
  paneFoot: hex('#f59a3c'),
};

const gable: readonly Point[] = [
  { x: 516, y: 304 },
  { x: 516, y: 272 },
  { x: 527, y: 252 },
  { x: 538, y: 272 },
  { x: 538, y: 305 },
];

const roof: readonly Point[] = [
  { x: 525, y: 249 },
  { x: 590, y: 247 },
  { x: 601, y: 272 },
  { x: 537, y: 275 },
];

export function paintHouse(layer: Layer): void {
  paintChimney(layer);
  paintWalls(layer);
  paintRoof(layer);
  paintWindow(layer, 522, 278, 9);
  paintWindow(layer, 550, 281, 11);
  paintWindow(layer, 577, 280, 11);
}

function paintChimney(layer: Layer): void {
  paint(layer, box, within(572, 232, 581, 256), (x) =>
    mix(colors.chimneyLit, colors.chimneyShaded, smoothstep(574, 578, x)),
  );
}

/** The gable faces the sun; the long wall lies in the shadow of the eaves. */
function paintWalls(layer: Layer): void {
  const plaster = (x: number, y: number) => 1 - 0.16 * stains(x / 4, y / 9);
  const longWall: Color = (x, y) => {
    const eaves = 0.3 * smoothstep(283, 272, y);
    return scale(colors.wallShaded, plaster(x, y) * (0.9 - 0.006 * (y - 268) - eaves));
  };
  paint(layer, box, within(534, 268, 596, 305), longWall);
  paint(
    layer,
    box,
    (x, y) => covered(polygon(x, y, gable)),
    (x, y) => scale(colors.wallLit, plaster(x, y) * (1 - 0.005 * (y - 252))),
  );
}

function paintRoof(layer: Layer): void {
  paint(
    layer,
    box,
    (x, y) => covered(polygon(x, y, roof)),
    (x, y) => {
      const course = (y - 248) / 4.2;
      const tile = 0.8 + 0.2 * Math.sin(2 * Math.PI * course) + 0.16 * stains(x / 3, Math.floor(course) * 3.7);
      return scale(mix(colors.tileLit, colors.tileShaded, clamp((x - 525) / 80)), tile);
    },
  );
  paintLine(layer, { x: 514, y: 275 }, { x: 527, y: 249 }, 2.4, colors.verge);
}

function paintWindow(layer: Layer, left: number, top: number, wide: number): void {
  const right = left + wide;
  const bottom = top + 13;
  paint(layer, box, within(left - 1.5, top - 1.5, right + 1.5, bottom + 1.5), () => colors.frame);
  paint(layer, box, within(left, top, right, bottom), (_, y) => mix(colors.paneTop, colors.paneFoot, (y - top) / 13));
  const middle = left + wide / 2;
  paintLine(layer, { x: middle, y: top }, { x: middle, y: bottom }, 1.2, colors.glazing);
  paintLine(layer, { x: left, y: top + 6 }, { x: right, y: top + 6 }, 1.2, colors.glazing);
}

function within(left: number, top: number, right: number, bottom: number): Coverage {
  return (x, y) => covered(rectangle(x, y, left, top, right, bottom));
}
