/** The lighthouse with its lamp lit. */
import { add, gradient, hex, mix, multiply, type Rgb, scale } from './color.js';
import { type Layer, paint, paintLine, paintStroke, shine } from './layer.js';
import { fractal, randomFrom, valueNoise } from './noise.js';
import { everywhere, horizon, lighthouse, skylight, sunlight } from './setting.js';
import { clamp, covered, ellipse, rectangle, smoothstep } from './shapes.js';

const { x: axis, base, gallery } = lighthouse;
const lamp = { x: axis, y: gallery - 24 };
const box = { left: axis - 60, top: 30, right: axis + 60, bottom: base + 12 };
const stains = fractal(valueNoise(randomFrom(61)), 4);

const colors = {
  red: hex('#d3202a'),
  white: hex('#fff6ea'),
  dome: hex('#c41f2b'),
  iron: hex('#3b2b3c'),
  ironLit: hex('#ffb676'),
  glazing: hex('#4a2c38'),
  lamplight: hex('#ffd27a'),
  windowFrame: hex('#4a2230'),
  windowTop: hex('#ffe08a'),
  windowFoot: hex('#e8862e'),
  doorway: hex('#c9a48c'),
  doorLit: hex('#2c4a5e'),
  doorShaded: hex('#16283a'),
  stone: hex('#f3e4d8'),
  eaves: hex('#6b3038'),
  brass: hex('#c8a05a'),
  glint: hex('#ffd9b0'),
};

export function paintLighthouse(layer: Layer): void {
  paintTower(layer);
  paintWindows(layer);
  paintDoor(layer);
  paintLantern(layer);
  paintGallery(layer);
}

/** Half the width of the tower: it tapers, and flares at its foot. */
function halfWidth(y: number): number {
  const up = clamp((base - y) / (base - gallery));
  return 20 + 11 * (1 - up) + 7 * Math.exp(-up * 14);
}

/** The light on an upright round wall; `aside` goes from −1 at its left edge to 1 at its right. */
function roundLight(aside: number): Rgb {
  const front = Math.sqrt(Math.max(0, 1 - aside * aside));
  const direct = smoothstep(-0.25, 0.95, -0.82 * aside + 0.42 * front);
  const reflected = 0.3 * smoothstep(0.55, 1, aside);
  return add(scale(skylight, 0.5 + reflected), scale(sunlight, 1.2 * direct));
}

/** How much rings around the tower bulge upwards, seen from the height of the horizon. */
function ringBulge(x: number, y: number, radius: number): number {
  const aside = clamp((x - axis) / radius, -1, 1);
  return ((horizon - y) / horizon) * 11 * Math.sqrt(1 - aside * aside);
}

function paintTower(layer: Layer): void {
  paint(
    layer,
    box,
    (x, y) => covered(Math.max(Math.abs(x - axis) - halfWidth(y), gallery - 4 - y, y - base - ringFoot(x))),
    (x, y) => {
      const radius = halfWidth(y);
      const ring = y + ringBulge(x, y, radius);
      const band = (ring - gallery) / ((base - gallery) / 7);
      const redness = smoothstep(-0.066, 0.066, Math.sin(Math.PI * band));
      const weather = 1 - 0.2 * smoothstep(0, 0.6, stains(x / 5, y / 34)) - 0.1 * stains(x / 2, y / 3);
      const underGallery = 1 - 0.6 * smoothstep(20, 0, ring - gallery - 4 + 0.5 * (x - axis));
      const foot = 1 - 0.35 * smoothstep(base - 14, base + 4, y);
      return scale(
        multiply(mix(colors.white, colors.red, redness), roundLight((x - axis) / radius)),
        weather * underGallery * foot,
      );
    },
  );
}

/** The foot of the tower curves downwards: it lies below the eye. */
function ringFoot(x: number): number {
  const aside = clamp((x - axis) / halfWidth(base), -1, 1);
  return 5 * Math.sqrt(1 - aside * aside);
}

function paintWindows(layer: Layer): void {
  for (const [y, shift] of [
    [150, 2],
    [206, -3],
    [258, 3],
  ] as const) {
    const x = axis + shift;
    paint(
      layer,
      box,
      (px, py) =>
        covered(Math.min(rectangle(px, py, x - 5, y - 8, x + 5, y + 9), ellipse(px, py, { x, y: y - 8 }, 5, 5))),
      () => colors.windowFrame,
    );
    paint(
      layer,
      box,
      (px, py) =>
        covered(Math.min(rectangle(px, py, x - 3, y - 7, x + 3, y + 7), ellipse(px, py, { x, y: y - 7 }, 3, 3))),
      (px, py) => mix(colors.windowTop, colors.windowFoot, clamp((py - y + 8) / 16 + 0.05 * (px - x))),
    );
  }
}

function paintDoor(layer: Layer): void {
  const top = base - 22;
  const doorway = (x: number, y: number, grow: number) =>
    Math.min(
      rectangle(x, y, axis - 7 - grow, top, axis + 7 + grow, base + 6),
      ellipse(x, y, { x: axis, y: top }, 7 + grow, 7 + grow),
    );
  paint(
    layer,
    box,
    (x, y) => covered(doorway(x, y, 2.5)),
    () => colors.doorway,
  );
  paint(
    layer,
    box,
    (x, y) => covered(doorway(x, y, 0)),
    (x) => mix(colors.doorLit, colors.doorShaded, clamp((x - axis + 7) / 14)),
  );
}

/** The balcony on its corbel, which gets wider upwards. */
function paintGallery(layer: Layer): void {
  const below = (x: number, y: number) => y + ringBulge(x, y, 32) * 0.6 - 4 - gallery;
  paint(
    layer,
    box,
    (x, y) => {
      const down = below(x, y);
      const radius = down < 0 ? 31 : 31 - 0.9 * down;
      return covered(Math.max(Math.abs(x - axis) - radius, -5 - down, down - 10));
    },
    (x, y) => scale(multiply(colors.stone, roundLight((x - axis) / 31)), below(x, y) < 0 ? 1.1 : 0.55),
  );
  paintRailing(layer);
}

function paintRailing(layer: Layer): void {
  for (let post = -6; post <= 6; post++) {
    // Evenly spaced around the tower, so they crowd towards its sides.
    const aside = Math.sin((post / 6) * (Math.PI / 2));
    const x = axis + 31 * aside;
    const foot = gallery - 5 - 0.4 * ringBulge(x, gallery, 31);
    const color = mix(colors.ironLit, colors.iron, smoothstep(-1, -0.2, aside));
    paintLine(layer, { x, y: foot + 4 }, { x, y: foot - 13 }, 1.3, color);
  }
  for (const lift of [6.5, 13]) {
    paintStroke(layer, {
      from: { x: axis - 31, y: gallery - 5 - lift },
      control: { x: axis, y: gallery - 9 - lift },
      to: { x: axis + 31, y: gallery - 5 - lift },
      widths: [1.5, 1.5],
      color: (along) => mix(colors.ironLit, colors.iron, smoothstep(0, 0.4, along)),
    });
  }
}

/** The glass room around the lamp, and its red dome. */
function paintLantern(layer: Layer): void {
  const top = gallery - 42;
  const glass = gradient([
    [0, '#fffdf0'],
    [0.45, '#ffe88f'],
    [1, '#f0912f'],
  ]);
  paint(
    layer,
    box,
    (x, y) => covered(rectangle(x, y, axis - 14, top, axis + 14, gallery - 4)),
    (x, y) => scale(glass(Math.hypot((x - lamp.x) / 15, (y - lamp.y) / 24)), 1.15),
  );
  for (const fraction of [-1, -0.62, 0, 0.62, 1]) {
    const x = axis + 14 * fraction;
    paintLine(layer, { x, y: top }, { x, y: gallery - 4 }, 1.6, colors.glazing);
  }
  for (const y of [top + 12, top + 25]) {
    paintLine(layer, { x: axis - 14, y }, { x: axis + 14, y }, 1, colors.glazing);
  }
  paintDome(layer, top - 1);
}

function paintDome(layer: Layer, foot: number): void {
  paint(
    layer,
    box,
    (x, y) => covered(Math.max(ellipse(x, y, { x: axis, y: foot }, 18, 19), y - foot)),
    (x, y) => {
      const glint = Math.exp(-((x - axis + 8) ** 2 + (y - foot + 8) ** 2) / 14);
      return add(multiply(colors.dome, scale(roundLight((x - axis) / 18), 1.15)), scale(colors.glint, 0.8 * glint));
    },
  );
  paint(
    layer,
    box,
    (x, y) => covered(rectangle(x, y, axis - 19.5, foot - 2, axis + 19.5, foot + 2)),
    (x) => multiply(colors.eaves, scale(roundLight((x - axis) / 19.5), 1.2)),
  );
  paintLine(layer, { x: axis, y: foot - 18 }, { x: axis, y: foot - 34 }, 1.8, colors.glazing);
  paint(
    layer,
    box,
    (x, y) => covered(Math.hypot(x - axis, y - foot + 21) - 3.6),
    (x) => multiply(colors.brass, roundLight((x - axis) / 3.6)),
  );
}

/** The glow of the lamp and its two beams. */
export function paintLampLight(layer: Layer): void {
  shine(layer, everywhere, (x, y) => {
    const away = Math.hypot(x - lamp.x, y - lamp.y);
    const angle = Math.atan2(y - lamp.y, Math.abs(x - lamp.x));
    const tilt = x < lamp.x ? -0.17 : 0.1;
    const beam = Math.exp(-(((angle - tilt) / 0.055) ** 2)) * Math.exp(-away / 260) * smoothstep(8, 30, away);
    const halo = 0.75 * Math.exp(-away / 11) + 0.22 * Math.exp(-away / 42);
    return scale(colors.lamplight, 0.55 * beam + halo);
  });
}
