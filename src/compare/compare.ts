/** Two sequences of frames, one pair after the other, against a criterion. */
import type { Picture } from '../image/picture.js';
import { type Figures, figuresOf } from './figures.js';
import type { Frames, NamedFrame } from './frames.js';

/** What every pair of frames has to hold: a greatest difference of `bound` levels at most, a PSNR or an SSIM of `bound` at least. */
export interface Criterion {
  readonly kind: 'tolerance' | 'psnr' | 'ssim';
  readonly bound: number;
}

export interface ComparedFrame extends Figures {
  /** From 0, in the order of both. */
  readonly index: number;
  /** What the first of the two calls it. */
  readonly name: string;
}

/** A pair with its pictures. */
export interface ShownPair {
  readonly frame: ComparedFrame;
  readonly pictures: readonly [Picture, Picture];
}

export interface Comparison {
  readonly criterion: Criterion;
  /** Those that both have. */
  readonly frames: readonly ComparedFrame[];
  /** The worst of those that differ, the worst first: a few, for pictures take memory. */
  readonly worst: readonly ShownPair[];
  /** Why they are not alike enough, a line each; empty where they are. */
  readonly outside: readonly string[];
}

/** How many of the worst pairs keep their pictures. */
const shownPairs = 4;

/** What is above 0 is beyond the criterion. */
const excess = ({ kind, bound }: Criterion, { greatest, psnr, ssim }: Figures): number =>
  ({ tolerance: greatest - bound, psnr: bound - psnr, ssim: bound - ssim })[kind];

/** The worst first: by the criterion, and by PSNR where it does not tell them apart. Frames that are equal keep their order. */
export function worstFirst(criterion: Criterion, frames: readonly ComparedFrame[]): ComparedFrame[] {
  return frames.toSorted(
    (a, b) => difference(excess(criterion, b), excess(criterion, a)) || difference(a.psnr, b.psnr),
  );
}

/** Of infinities too. */
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

/**
 * Compares them to the end of the shorter one, or to the first pair that differs in size.
 * @param seen is called for each pair.
 */
export async function compareFrames(
  one: Frames,
  other: Frames,
  criterion: Criterion,
  seen: (frame: ComparedFrame) => void = () => {},
): Promise<Comparison> {
  const frames: ComparedFrame[] = [];
  let worst: ShownPair[] = [];
  const sizes = (pictures: readonly Picture[]) => pictures.map(({ width, height }) => `${width}×${height}`);
  const iterators = [one[Symbol.asyncIterator](), other[Symbol.asyncIterator]()] as const;
  try {
    for (;;) {
      const [a, b] = await bothOf((i) => iterators[i].next());
      if (a.done || b.done) {
        const counts = await bothOf((i) => countRest(iterators[i], frames.length, [a, b][i]!));
        const [first, second] = counts;
        const outside = first === second ? [] : [`they have different counts of frames, ${first} and ${second}`];
        return { criterion, frames, worst, outside: [...outside, ...beyond(criterion, frames)] };
      }
      const pictures = await bothOf((i) => [a, b][i]!.value.read());
      const [first, second] = sizes(pictures);
      if (first !== second) {
        const outside = `frames have different sizes, ${first} and ${second} pixels, from ${a.value.name} on`;
        return { criterion, frames, worst, outside: [outside, ...beyond(criterion, frames)] };
      }
      const frame = { index: frames.length, name: a.value.name, ...figuresOf(...pictures) };
      frames.push(frame);
      if (frame.differing > 0) {
        const kept = new Map([...worst, { frame, pictures }].map((pair) => [pair.frame, pair]));
        worst = worstFirst(criterion, [...kept.keys()])
          .slice(0, shownPairs)
          .map((key) => kept.get(key)!);
      }
      seen(frame);
    }
  } finally {
    await bothOf(async (i) => iterators[i].return?.());
  }
}

const bothOf = <T>(make: (i: 0 | 1) => Promise<T>): Promise<[T, T]> => Promise.all([make(0), make(1)]);

async function countRest(
  frames: AsyncIterator<NamedFrame>,
  before: number,
  last: IteratorResult<NamedFrame>,
): Promise<number> {
  let count = before;
  for (let next = last; !next.done; next = await frames.next()) count++;
  return count;
}

function beyond(criterion: Criterion, frames: readonly ComparedFrame[]): string[] {
  const count = frames.filter((frame) => excess(criterion, frame) > 0).length;
  if (count === 0) return [];
  const { kind, bound } = criterion;
  const [worst] = worstFirst(criterion, frames) as [ComparedFrame];
  const [rule, value] = {
    tolerance: [`differ by more than ${bound} levels`, `${worst.greatest} levels`],
    psnr: [`have a PSNR below ${bound} dB`, `${worst.psnr.toFixed(2)} dB`],
    ssim: [`have an SSIM below ${bound}`, worst.ssim.toFixed(5)],
  }[kind];
  return [`${count} of ${frames.length} frames ${rule}, the worst is ${worst.name} with ${value}`];
}
