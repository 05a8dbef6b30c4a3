/** Layers of light that the scene is painted on, three by three samples for every pixel of the picture. */
import type { Rgb } from './color.js';
import { bezier, covered, type Point, segment } from './shapes.js';

/** Samples per pixel, along each side. */
const fineness = 3;

/** Premultiplied linear light and coverage, four floats a sample, rows from the top. Coordinates are pixels. */
export interface Layer {
  readonly width: number;
  readonly height: number;
  readonly samples: Float32Array;
}

/** The part of the picture that something may touch. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export type Coverage = (x: number, y: number) => number;
export type Color = (x: number, y: number) => Rgb;

/** An empty layer for a picture of `width`×`height` pixels. */
export function newLayer(width: number, height: number): Layer {
  return { width, height, samples: new Float32Array(4 * width * height * fineness * fineness) };
}

/** Visits the samples of `box`: where their centres are, and where their four floats start. */
function forEachSample(layer: Layer, box: Box, visit: (x: number, y: number, offset: number) => void): void {
  const stride = layer.width * fineness;
  const firstColumn = Math.max(0, Math.floor(box.left * fineness));
  const lastColumn = Math.min(stride, Math.ceil(box.right * fineness));
  const firstRow = Math.max(0, Math.floor(box.top * fineness));
  const lastRow = Math.min(layer.height * fineness, Math.ceil(box.bottom * fineness));
  for (let row = firstRow; row < lastRow; row++) {
    for (let column = firstColumn; column < lastColumn; column++) {
      visit((column + 0.5) / fineness, (row + 0.5) / fineness, 4 * (row * stride + column));
    }
  }
}

/** Paints over what is there. `color` is asked only where `coverage` is above 0. */
export function paint(layer: Layer, box: Box, coverage: Coverage, color: Color): void {
  forEachSample(layer, box, (x, y, offset) => {
    const alpha = coverage(x, y);
    if (alpha > 0) blend(layer.samples, offset, color(x, y), alpha);
  });
}

function blend(samples: Float32Array, offset: number, color: Rgb, alpha: number): void {
  const rest = 1 - alpha;
  for (let channel = 0; channel < 3; channel++) {
    samples[offset + channel] = color[channel]! * alpha + samples[offset + channel]! * rest;
  }
  samples[offset + 3] = alpha + samples[offset + 3]! * rest;
}

/** Adds light to what is there, as a lamp or haze in front of it does. */
export function shine(layer: Layer, box: Box, light: Color): void {
  forEachSample(layer, box, (x, y, offset) => {
    const color = light(x, y);
    for (let channel = 0; channel < 3; channel++) layer.samples[offset + channel]! += color[channel]!;
  });
}

/** A line along a Bézier curve that gets thinner (or wider) and changes colour on its way. */
export interface Stroke {
  readonly from: Point;
  readonly control: Point;
  readonly to: Point;
  readonly widths: readonly [start: number, end: number];
  readonly color: (along: number) => Rgb;
}

/** Paints the curve in short straight pieces. */
export function paintStroke(layer: Layer, stroke: Stroke): void {
  const { from, control, to, widths, color } = stroke;
  const length = Math.hypot(control.x - from.x, control.y - from.y) + Math.hypot(to.x - control.x, to.y - control.y);
  const pieces = Math.max(2, Math.min(24, Math.ceil(length / 5)));
  const reach = Math.max(...widths) / 2 + 1;
  for (let piece = 0; piece < pieces; piece++) {
    const a = bezier(from, control, to, piece / pieces);
    const b = bezier(from, control, to, (piece + 1) / pieces);
    const box = {
      left: Math.min(a.x, b.x) - reach,
      top: Math.min(a.y, b.y) - reach,
      right: Math.max(a.x, b.x) + reach,
      bottom: Math.max(a.y, b.y) + reach,
    };
    forEachSample(layer, box, (x, y, offset) => {
      const { distance, along } = segment(x, y, a, b);
      const t = (piece + along) / pieces;
      const alpha = covered(distance - (widths[0] + (widths[1] - widths[0]) * t) / 2, 0.6);
      if (alpha > 0) blend(layer.samples, offset, color(t), alpha);
    });
  }
}

/** A straight line of one width and colour. */
export function paintLine(layer: Layer, from: Point, to: Point, width: number, color: Rgb): void {
  paintStroke(layer, { from, control: from, to, widths: [width, width], color: () => color });
}

/** The light at a point: the nearest sample's colour, premultiplied, and its coverage. Beyond the edge, the edge's. */
function sampleAt(layer: Layer, x: number, y: number): readonly [number, number, number, number] {
  const stride = layer.width * fineness;
  const column = Math.min(stride - 1, Math.max(0, Math.floor(x * fineness)));
  const row = Math.min(layer.height * fineness - 1, Math.max(0, Math.floor(y * fineness)));
  const offset = 4 * (row * stride + column);
  const { samples } = layer;
  return [samples[offset]!, samples[offset + 1]!, samples[offset + 2]!, samples[offset + 3]!];
}

/** Lays `top` over `bottom`; `from` says which point of `top` is seen at a point of `bottom`, and how strongly. */
export function overlay(
  bottom: Layer,
  box: Box,
  top: Layer,
  from: (x: number, y: number) => Point & { readonly strength: number } = (x, y) => ({ x, y, strength: 1 }),
): void {
  forEachSample(bottom, box, (x, y, offset) => {
    const seen = from(x, y);
    if (seen.strength === 0) return;
    const [red, green, blue, alpha] = sampleAt(top, seen.x, seen.y);
    if (alpha > 0) blend(bottom.samples, offset, [red / alpha, green / alpha, blue / alpha], alpha * seen.strength);
  });
}

/** The mean light of a pixel's samples. */
export function pixelAt(layer: Layer, column: number, row: number): Rgb {
  const stride = 4 * layer.width * fineness;
  const light: [number, number, number] = [0, 0, 0];
  for (let j = 0; j < fineness; j++) {
    for (let i = 0; i < fineness; i++) {
      const offset = (row * fineness + j) * stride + 4 * (column * fineness + i);
      for (let channel = 0; channel < 3; channel++) light[channel]! += layer.samples[offset + channel]!;
    }
  }
  const share = 1 / (fineness * fineness);
  return [light[0] * share, light[1] * share, light[2] * share];
}
