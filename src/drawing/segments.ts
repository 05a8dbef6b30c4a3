/** What is drawn one after another: phases, and where a drawing begins small the parts of phases at each of its sizes. */
import { scaledSize } from '../image/fitted-size.js';
import { deepestOf } from '../networks/network.js';
import { layersOf } from '../objectives/objective.js';
import type { Site } from './compute/graphs.js';
import type { Phase } from './phase.js';
import { type Span, spansOf } from './recipe/scales.js';

/** What is drawn. */
export interface Sequence {
  readonly phases: readonly Phase[];
  /** As a preset has them. Default: the whole size alone, so that each phase is a segment. */
  readonly scales?: readonly number[] | undefined;
}

/** Iterations of a phase that are drawn at one size. */
export interface Segment extends Span {
  readonly phase: Phase;
  /** Where it is drawn; the same object for all segments of a size. */
  readonly site: Site;
}

/** @param whole where the drawing ends. */
export function segmentsOf(whole: Site, phases: readonly Phase[], scales: Sequence['scales'] = [1]): Segment[] {
  const { network, medium } = whole;
  const layers = phases.flatMap(({ objective }) => layersOf(objective));
  const leastSide = layers.length === 0 ? 1 : network.smallestSide(deepestOf(network, layers));
  const sites = new Map<number, Site>(
    scales.map((scale) => [scale, { network, medium, ...scaledSize(whole, scale) }] as const),
  );
  const iterations = phases.map((phase) => phase.iterations);
  return spansOf(iterations, scales, whole, leastSide).map((span) => ({
    ...span,
    phase: phases[span.position]!,
    site: sites.get(span.scale)!,
  }));
}

/** The segment of an iteration, counted in the drawing from 0. */
export function segmentOf(segments: readonly Segment[], iteration: number): Segment {
  let end = 0;
  return segments.find(({ count }) => {
    end += count;
    return iteration < end;
  })!;
}

/** What is left of each segment after so many iterations of the drawing. */
export function leftOf(segments: readonly Segment[], iterations: number): Segment[] {
  let done = iterations;
  return segments.map((segment) => {
    const { first, count } = segment;
    const ofThis = Math.min(count, done);
    done -= ofThis;
    return { ...segment, first: first + ofThis, count: count - ofThis };
  });
}
