/** What there is to choose of how the videos of a job are shown, and how that is checked where it comes in. */
import { z } from 'zod';

export interface VideoChoice {
  /** Frames per second of the video, above 0. Given without `seconds`: one for each frame that is drawn. Default: 30, of a GIF 20. */
  readonly fps?: number | undefined;
  /** Seconds that the drawing takes in the video, above 0. Default: 8, where `fps` is not given. */
  readonly seconds?: number | undefined;
  /** Seconds that the finished picture stays. */
  readonly hold: number;
  /** Whether the video goes from the drawing back to blank paper. Default: false. */
  readonly reverse?: boolean | undefined;
  /** Whether it goes on to where it began, so that it can be shown again and again. Default: false. */
  readonly loop?: boolean | undefined;
  /** Whether videos show the photo beside the drawing. Default: false. */
  readonly beside?: boolean | undefined;
  /** Whether they have the shape of a phone held upright, 9:16. Default: false. */
  readonly portrait?: boolean | undefined;
  /** Whether they are square. Default: false. */
  readonly square?: boolean | undefined;
}

/** Those that are there or not may be missing: in checkpoints from before there was such a thing. */
export const videoShape = {
  fps: z.number().positive().max(240).optional(),
  seconds: z.number().positive().max(3600).optional(),
  hold: z.number().min(0).max(3600),
  reverse: z.boolean().default(false),
  loop: z.boolean().default(false),
  beside: z.boolean().default(false),
  portrait: z.boolean().default(false),
  square: z.boolean().default(false),
};
