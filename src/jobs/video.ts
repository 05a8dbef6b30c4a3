/** How the videos of a job are shown: what is asked for, checked, and in frames. */

import type { Drawing } from '../drawing/frame.js';
import { InputError } from '../errors.js';
import { openPhoto } from '../image/photo.js';
import type { Size } from '../image/picture.js';
import type { PhotoSource } from '../image/source.js';
import { paperOf } from '../media/pixels/spec.js';
import { type About, drawnBy } from '../outputs/about.js';
import type { OutputPaths } from '../outputs/output.js';
import type { VideoDress } from '../outputs/video-file.js';
import { mostGifFps, usualFps, videoFormatOf } from '../video/formats.js';
import { framingOf, mountOf, type Shape } from '../video/framing.js';
import { type Course, type HeldPace, type Pace, paceDefaults, paceOf } from '../video/time-lapse.js';
import type { VideoChoice } from './video-choice.js';

/** @throws InputError where something asked for excludes something else. */
export function checkVideo({ fps, portrait, square }: VideoChoice, { output, replay }: OutputPaths): void {
  if (portrait && square)
    throw new InputError('it is one or the other; leave out the option portrait', { field: 'square' });
  const isGif = [output, replay].some((path) => path !== undefined && videoFormatOf(path) === 'gif');
  if (isGif && fps !== undefined && fps > mostGifFps)
    throw new InputError(`a GIF shows ${mostGifFps} frames a second at the most, not ${fps}`, { field: 'fps' });
}

export const courseOf = ({ reverse = false, loop = false }: VideoChoice): Course => ({ reverse, loop });

/** How frames become those of the videos. @param drawn how many there are of the drawing. */
export function pacesOf(
  { fps, seconds, hold }: VideoChoice,
  { output, replay }: OutputPaths,
  drawn: number,
): { readonly pace: HeldPace; readonly replayPace: HeldPace } {
  const holding = (pace: Pace): HeldPace => ({ ...pace, held: Math.round(hold * pace.fps) });
  const usual = (path: string | undefined) => usualFps[(path === undefined ? undefined : videoFormatOf(path)) ?? 'mp4'];
  return {
    pace: holding(paceOf(drawn, { fps, seconds }, usual(output))),
    replayPace: holding(paceOf(2, { fps, seconds: seconds ?? paceDefaults.seconds }, usual(replay))),
  };
}

/** What the videos look like beside their frames. @throws InputError where the photo can't be read any more. */
export async function dressOf(
  { beside, portrait, square, photo }: VideoChoice & { readonly photo: PhotoSource },
  drawing: Drawing,
  about: About,
): Promise<VideoDress> {
  const { width, height, preset } = drawing;
  const size: Size = { width, height };
  const shape: Shape | undefined = portrait ? 'portrait' : square ? 'square' : undefined;
  const framing = framingOf(size, { beside, shape });
  const comment = drawnBy(about, size);
  if (!framing) return { mount: undefined, comment };
  const seen = framing.photo && (await (await openPhoto(photo)).decode(size));
  return { mount: await mountOf(framing, size, paperOf(preset.canvas), seen), comment };
}
