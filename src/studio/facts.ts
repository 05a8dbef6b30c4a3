/** What is known of a drawing of the studio: what the page is told, and what is kept in `drawing.json`. */
import { z } from 'zod';

/** How far it is; the last three are ends. */
export const states = [
  'waiting',
  'preparing',
  'drawing',
  'paused',
  'finishing',
  'done',
  'cancelled',
  'failed',
] as const;
export type State = (typeof states)[number];

/** Files that a drawing can have, as the options of `draw` are called, and its preset. */
export const fileKinds = [
  'output',
  'still',
  'sheet',
  'plot',
  'svg',
  'svgAnimated',
  'replay',
  'steps',
  'preset',
] as const;
export type FileKind = (typeof fileKinds)[number];

const count = z.number().int().nonnegative();

export const factsSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Milliseconds since 1970. */
  created: z.number(),
  /** Of drawings that were made to choose among presets: those of one sheet share it. */
  sheet: z.string().optional(),
  preset: z.string(),
  isOfStrokes: z.boolean(),
  /** What was chosen, as the page sends it, to begin the next drawing with. */
  choices: z.record(z.string(), z.unknown()),
  state: z.enum(states),
  /** What went wrong. */
  message: z.string().optional(),
  /** What a person has to know besides. */
  notes: z.array(z.string()),
  /** Of the drawing, in pixels. */
  size: z.object({ width: count, height: count }).optional(),
  /** Where the weights came from, and what computes. */
  weights: z.string().optional(),
  provider: z.string().optional(),
  phases: z.array(z.object({ layers: z.string(), iterations: count })),
  /** Iterations that are done. */
  index: count,
  /** The number of the last frame that can be looked at. */
  frame: count.optional(),
  /** Of each iteration. */
  losses: z.array(z.number()),
  /** Seconds that it has taken, without pauses. */
  seconds: z.number(),
  /** Seconds that it still takes, and bytes of memory of the process. */
  secondsLeft: z.number().optional(),
  memory: z.number().optional(),
  /** Bytes of the files that there are. */
  files: z.partialRecord(z.enum(fileKinds), count),
  /** Which of them shows the finished drawing best. */
  finished: z.enum(['svg', 'still']).optional(),
  /** Whether there are strokes to look at and to plot. */
  hasStrokes: z.boolean(),
  /** Whether it was broken off or stopped, and can be gone on with. Not in those from before there was such a thing. */
  canGoOn: z.boolean().default(false),
});

export type Facts = z.output<typeof factsSchema>;

/** Whether it has come to its end. */
export const isOver = ({ state }: Facts): boolean => ['done', 'cancelled', 'failed'].includes(state);

/** Those of a drawing that has not begun. */
export const newFacts = (id: string, title: string, preset: string, isOfStrokes: boolean): Facts => ({
  ...{ id, title, preset, isOfStrokes },
  created: later(),
  choices: {},
  state: 'waiting',
  notes: [],
  phases: [],
  index: 0,
  losses: [],
  seconds: 0,
  files: {},
  hasStrokes: false,
  canGoOn: false,
});

let latest = 0;

/** Now, or a little later: no two are the same, so that drawings have an order. */
function later(): number {
  latest = Math.max(Date.now(), latest + 1);
  return latest;
}
