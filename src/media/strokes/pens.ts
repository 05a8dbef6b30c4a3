/**
 * Pens: each stroke is drawn with one of them. Which one is learned: at first a stroke is a mixture of all, in shares that are a softmax of
 * its logits, whose temperature falls until there is a choice.
 */
import { colourNamed } from '../../colour/names.js';
import type { Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { sharpnessOf } from './curve.js';
import { isColoured, type StrokesSpec } from './spec.js';

/** Pens as they draw at one moment. */
export interface Pens {
  readonly each: readonly {
    /** In pixels of the drawing. */
    readonly width: number;
    /**
     * How opaque its line is. A line thinner than an edge is soft is painted wider than it is, so it is painted paler, as thin lines look
     * from afar: what a drawing is optimised with is as dark as what a pen will make of it.
     */
    readonly cover: number;
    /** R, G, B from 0 to 1. */
    readonly colour: readonly number[];
  }[];
  /** Whether that of a stroke is looked at: else all are black ink, or white chalk. */
  readonly coloured: boolean;
  /** Of the softmax; 0 where each stroke has chosen. */
  readonly temperature: number;
}

/** @param softness of the edges. */
export function pensAt(
  spec: Pick<StrokesSpec, 'pens' | 'colours' | 'material'>,
  size: Size,
  softness: number,
  temperature: number,
): Pens | undefined {
  const scale = Math.max(size.width, size.height) / 256;
  return (
    spec.pens && {
      each: spec.pens.map((pen) => {
        const [width, colour] = [scale * pen.width, colourNamed(pen.colour)!.map((level) => level / 255)];
        return { width, cover: coverOf(width, softness), colour };
      }),
      coloured: isColoured(spec),
      temperature,
    }
  );
}

/**
 * How opaque the line of a pen is painted: its width as a share of the integral of its coverage across it, in pixels,
 * ∫ σ(k (w/2 − |x|)) dx = 2/k · ln(1 + exp(k w/2)) = w + 2/k · ln(1 + exp(−k w/2)).
 * @param width in pixels.
 * @param softness of the edges.
 */
export function coverOf(width: number, softness: number): number {
  const sharpness = sharpnessOf(softness);
  return width / (width + (2 / sharpness) * Math.log1p(Math.exp((-sharpness * width) / 2)));
}

/** What strokes are by the pens that they choose. */
export interface Chosen {
  /** [n, pens] */
  readonly shares: Float32Array;
  /** [n] */
  readonly width: Float32Array;
  /** [n] */
  readonly cover: Float32Array;
  /** [n, 3] */
  readonly colour: Float32Array;
}

/** @param logits [n, pens]. */
export function choose(logits: Float32Array, { each, temperature }: Pens): Chosen {
  const count = logits.length / each.length;
  const shares = new Float32Array(logits.length);
  const [width, cover] = [new Float32Array(count), new Float32Array(count)];
  const colour = new Float32Array(3 * count);
  for (let stroke = 0; stroke < count; stroke++) {
    const first = stroke * each.length;
    const own = logits.subarray(first, first + each.length);
    shares.set(temperature === 0 ? oneOf(own) : softmax(own, temperature), first);
    each.forEach((pen, i) => {
      const share = shares[first + i]!;
      width[stroke]! += share * pen.width;
      cover[stroke]! += share * pen.cover;
      for (let c = 0; c < 3; c++) colour[3 * stroke + c]! += share * pen.colour[c]!;
    });
  }
  return { shares, width, cover, colour };
}

function softmax(logits: Float32Array, temperature: number): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b));
  const weights = logits.map((logit) => Math.exp((logit - most) / temperature));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((weight) => weight / sum);
}

/** All for the greatest; of several the first. */
function oneOf(logits: Float32Array): Float32Array {
  const chosen = logits.indexOf(logits.reduce((a, b) => Math.max(a, b)));
  return logits.map((_, i) => (i === chosen ? 1 : 0));
}

/** The gradient by the logits, [n, pens], of that by what strokes are; none where each has chosen. */
export function chooseBack(
  { shares }: Pick<Chosen, 'shares'>,
  { each, temperature }: Pens,
  back: { readonly width: Float32Array; readonly cover: Float32Array; readonly colour: Float32Array | undefined },
): Float32Array {
  const gradient = new Float32Array(shares.length);
  if (temperature === 0) return gradient;
  for (let first = 0, stroke = 0; first < shares.length; first += each.length, stroke++) {
    const ofShares = each.map(({ width, cover, colour }) => {
      const ofColour = colour.reduce((sum, level, c) => sum + level * (back.colour?.[3 * stroke + c] ?? 0), 0);
      return back.width[stroke]! * width + back.cover[stroke]! * cover + ofColour;
    });
    const mean = ofShares.reduce((sum, slope, i) => sum + slope * shares[first + i]!, 0);
    ofShares.forEach((slope, i) => {
      gradient[first + i] = (shares[first + i]! * (slope - mean)) / temperature;
    });
  }
  return gradient;
}

/** A colour so far from what a pen can make, 0 to 1, is worth a logit. */
const tellsApart = 0.25;

/**
 * Logits of a new stroke: it leans to the pens whose tints, from bare paper to their full colour, come nearest to the photo there.
 * @param colour R, G, B from 0 to 1.
 * @param paper R, G, B from 0 to 255.
 */
export function leaning(colour: ArrayLike<number>, paper: Rgb, { each }: Pens): number[] {
  return each.map((pen) => {
    const way = pen.colour.map((level, c) => level - paper[c]! / 255);
    const wanted = way.map((_, c) => colour[c]! - paper[c]! / 255);
    const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
    const tint = Math.min(1, Math.max(0, dot(wanted, way) / (dot(way, way) || 1)));
    const apart = wanted.map((level, c) => level - tint * way[c]!);
    return -dot(apart, apart) / tellsApart ** 2;
  });
}

/** The share of a drawing up to which strokes are free to choose. */
const freeUntil = 0.4;

/** The share of a drawing from which each has chosen: what is left is for their points. */
const chosenFrom = 0.85;

/** The last temperature before that, and in how many steps it falls there from 1: a drawing is painted anew with each. */
const [coldest, temperatureSteps] = [0.1, 9] as const;

/** The temperature at a share of the drawing. */
export function temperatureAt(progress: number): number {
  if (progress >= chosenFrom) return 0;
  const step = Math.floor((temperatureSteps * (progress - freeUntil)) / (chosenFrom - freeUntil));
  return coldest ** (Math.max(0, step) / (temperatureSteps - 1));
}
