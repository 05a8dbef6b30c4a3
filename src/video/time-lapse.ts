/** A time-lapse: the frames of a drawing as those of a video, which may have more of them or fewer. */
import type { VideoWriter } from './video.js';

/** As many frames are drawn, as many are shown, from the first to the last one and evenly between. */
export interface Pace {
  /** 2 or more. */
  readonly drawn: number;
  /** 2 or more. */
  readonly shown: number;
  /** Frames of the video in a second. */
  readonly fps: number;
}

/** Seconds that a drawing takes in the video, long enough to watch, and frames of each: screens show each of them equally long. */
export const paceDefaults = { seconds: 8, fps: 30 };

/**
 * With frames per second alone each drawn frame is one of the video; else the drawing takes so many seconds, however many there are.
 * @param drawn frames that are drawn, what it begins with included.
 * @param usual frames per second where nobody says how many.
 */
export function paceOf(
  drawn: number,
  { fps, seconds }: { fps?: number | undefined; seconds?: number | undefined },
  usual = paceDefaults.fps,
): Pace {
  if (fps !== undefined && seconds === undefined) return { drawn, shown: drawn, fps };
  const rate = fps ?? usual;
  // The first and the last one are shown in any case.
  return { drawn, shown: Math.max(2, Math.round(rate * (seconds ?? paceDefaults.seconds))), fps: rate };
}

/** Which drawn frame a frame of the video shows, both counted from 0: between two of them where it is no whole number. */
const positionOf = ({ drawn, shown }: Pace, frame: number): number => (frame * (drawn - 1)) / (shown - 1);

/** How many frames of the video show no more than so many drawn ones. */
const reached = ({ drawn, shown }: Pace, frames: number): number =>
  Math.floor(((frames - 1) * (shown - 1)) / (drawn - 1)) + 1;

/** Whether the last of so many drawn frames is one that the video shows anyway. */
const isShown = (pace: Pace, frames: number): boolean => positionOf(pace, reached(pace, frames) - 1) === frames - 1;

/** Frames of the video where a drawing ends after so many frames, which may be earlier than was planned: its last one is there. */
export const framesShown = (pace: Pace, frames: number): number =>
  reached(pace, frames) + (isShown(pace, frames) ? 0 : 1);

/** How often a drawing is shown, and from which end. */
export interface Course {
  /** From the drawing back to blank paper. */
  readonly reverse: boolean;
  /** And back again: without the first and the last frame, so that it can be shown again and again. */
  readonly loop: boolean;
}

/** A pace, and for how many frames the video holds the finished picture. */
export interface HeldPace extends Pace {
  readonly held: number;
}

/** Frames of such a video where a drawing ends after so many frames, the finished picture's included. */
export function framesOfCourse(pace: HeldPace, frames: number, { loop }: Course): number {
  const way = framesShown(pace, frames);
  return way + pace.held + (loop ? Math.max(0, way - 2) : 0);
}

/** That of the frames that there are, in which they are all shown, as evenly from either end. */
export const paceOfAll = (pace: Pace, frames: number): Pace =>
  frames < 2 ? pace : { ...pace, drawn: frames, shown: framesShown(pace, frames) };

/** Takes drawn frames and writes those of the video: what lies between two of them is a cross-fade, so that few frames flow too. */
export class TimeLapse {
  #drawn = 0;
  #written = 0;
  #last: Uint8Array | undefined;
  /** The frame between two, made anew for each. */
  #between: Uint8Array | undefined;

  constructor(
    private readonly writer: Pick<VideoWriter, 'write'>,
    private readonly pace: Pace,
  ) {}

  /** Adds a drawn frame, which stays as it is; resolves when the next one may come. */
  async add(rgb: Uint8Array): Promise<void> {
    this.#drawn++;
    for (const end = reached(this.pace, this.#drawn); this.#written < end; this.#written++) {
      const before = this.#drawn - 1 - positionOf(this.pace, this.#written);
      await this.writer.write(before === 0 ? rgb : this.#blend(rgb, before));
    }
    this.#last = rgb;
  }

  /** Shows the last frame, where the drawing ended between two frames of the video. */
  async end(): Promise<void> {
    if (!isShown(this.pace, this.#drawn)) await this.writer.write(this.#last!);
  }

  /** So much of the last frame, from 0 to 1, and the rest of this one. */
  #blend(frame: Uint8Array, share: number): Uint8Array {
    this.#between ??= new Uint8Array(frame.length);
    const [between, last] = [this.#between, this.#last!];
    // In 256ths, because whole numbers are faster.
    const weight = Math.round(256 * share);
    for (let i = 0; i < frame.length; i++) {
      between[i] = (frame[i]! * (256 - weight) + last[i]! * weight + 128) >> 8;
    }
    return between;
  }
}
