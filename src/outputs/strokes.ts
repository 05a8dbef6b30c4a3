/** What is made of the strokes of a finished drawing, beside its pictures. What makes it is loaded where it is wanted: most drawings have none. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { Sequence } from '../media/strokes/sequence.js';
import { countOf, type Strokes } from '../media/strokes/strokes.js';
import type { SvgStyle } from '../media/strokes/svg-styles.js';
import { withPauses } from '../pauses.js';
import type { Pace } from '../video/time-lapse.js';
import { type About, drawnBy } from './about.js';
import type { Output, OutputPaths } from './output.js';
import type { ReplayOptions } from './replay.js';
import type { StepsOptions } from './steps.js';
import { openWhole } from './whole.js';

/** Outputs that only drawings of strokes have. */
export const strokeFields = ['svg', 'svgAnimated', 'replay', 'steps'] as const satisfies readonly (keyof OutputPaths)[];

export interface StrokeOutputsOptions extends ReplayOptions, StepsOptions {
  /** What SVGs say of the drawing. */
  readonly about: About;
  readonly svgStyle?: SvgStyle | undefined;
  /** How the frames of the drawing become those of the video; an SVG takes as long to draw itself. */
  readonly pace: Pace;
}

/** Starts those that are wanted. */
export async function openStrokeOutputs(
  { svg, svgAnimated, replay, steps }: OutputPaths,
  options: StrokeOutputsOptions,
): Promise<Output[]> {
  const { about, svgStyle: style, pace, overwrite } = options;
  let sequence: Promise<Sequence> | undefined;
  /** The order of a hand, found once for all that are drawn in it. */
  const ordered = (strokes: Strokes): Promise<Sequence> => {
    sequence ??= import('../media/strokes/sequence.js').then(async ({ sequenceOf }) => {
      await otherWork();
      return sequenceOf(strokes);
    });
    return sequence;
  };
  const written = async (strokes: Strokes, seconds?: number) => {
    const { svgOf } = await import('../media/strokes/svg.js');
    const description = `${countOf(strokes)} strokes, ${drawnBy(about, options)}`;
    const described = { style, seconds, title: about.photo, description };
    return withPauses(svgOf(strokes, described, seconds === undefined ? undefined : await ordered(strokes)));
  };
  const opened: Output[] = [];
  if (svg !== undefined)
    opened.push(openWhole('svg', svg, overwrite, async ({ strokes, plot }) => plot?.svg ?? written(strokes!)));
  if (svgAnimated !== undefined) {
    const seconds = pace.shown / pace.fps;
    opened.push(openWhole('svgAnimated', svgAnimated, overwrite, ({ strokes }) => written(strokes!, seconds)));
  }
  if (replay !== undefined) opened.push((await import('./replay.js')).openReplay(replay, options, ordered));
  if (steps !== undefined) opened.push((await import('./steps.js')).openSteps(steps, options, ordered));
  return opened;
}
