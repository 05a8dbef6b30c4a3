/** What the drawing's thread and the thread that asked for it tell each other. */

import type { Picture, Size } from '../../image/picture.js';
import type { Strokes } from '../../media/strokes/strokes.js';
import type { GivenWeights, NetworkModel } from '../../networks/index.js';
import type { Provider } from '../../runtime/provider.js';
import type { ErrorMessage } from '../../runtime/threads.js';
import type { Checkpoint } from '../checkpoint.js';
import type { MemoryLimit } from '../recipe/memory-limit.js';
import type { Preset } from '../recipe/preset.js';
import type { StyleChoice } from '../recipe/style.js';
import type { SavedState } from '../state.js';

/** What a drawing begins with. */
export interface WorkerInput {
  /** The layers that the preset looks at. */
  readonly layers: readonly string[];
  /** A network from a file, where it is none that weights are for. */
  readonly model?: NetworkModel | undefined;
  /** The weights, or the name of their source. */
  readonly weights: GivenWeights;
  readonly threads?: number | undefined;
  /** Whether convolutions are computed directly, and not in Winograd's form. */
  readonly exact: boolean;
  /** Whether every frame comes with its canvas, and not the last one alone. */
  readonly canvases: boolean;
  /** What else checkpoints say of the drawing. */
  readonly keepColours?: boolean;
  readonly styleSize?: number | undefined;
  /** Seconds between two of them; left out where there are none. */
  readonly checkpoints?: number | undefined;
  /** What the drawing goes on from. */
  readonly resume?: Checkpoint | undefined;
  /** What it begins with in place of what the medium does. */
  readonly start?: SavedState['parameters'] | undefined;
}

export interface StartMessage {
  readonly kind: 'start';
  /** Where the weights came from. */
  readonly weights: string;
}

export interface FrameMessage {
  readonly kind: 'frame';
  /** At the size that it was drawn at. */
  readonly picture: Picture;
  /** At the drawing's size. With the last frame, and with every one where the worker was told so. */
  readonly canvas: Float32Array | undefined;
  /** Where the drawing is made of them. */
  readonly strokes: Strokes | undefined;
  /** Where one was taken. */
  readonly checkpoint?: Checkpoint | undefined;
  /** Absent for what the drawing begins with. */
  readonly iteration?: FrameIteration;
}

/** The iteration that a frame came out of. */
export interface FrameIteration {
  /** Position of its phase in the preset, from 0. */
  readonly phase: number;
  readonly layer: string;
  /** Position in its phase, from 0. */
  readonly iteration: number;
  /** How far the canvas' activations were from the photo's, before this iteration's step. */
  readonly loss: number;
  /** What each term of the objective adds to it, by the terms' names. */
  readonly losses: Readonly<Record<string, number>>;
  /** Milliseconds that this iteration alone took: gradient, step and frame. */
  readonly ms: number;
}

export type FromWorker =
  | StartMessage
  | FrameMessage
  | ErrorMessage
  /** The drawing is over, and the thread ready for another one. */
  | { readonly kind: 'over' };

/** What is known of a drawing before its photo is decoded, or where that chooses the paper, after. */
export interface Place {
  /** With the paper that it is drawn on. */
  readonly preset: Preset;
  /** The weights of the style pictures. */
  readonly style: StyleChoice;
  /** Of the drawing, in pixels. */
  readonly height: number;
  readonly width: number;
  /** The sizes of the style pictures. */
  readonly styles: readonly Size[];
  /** Bytes that decoding the photo, or a style picture, takes at most. */
  readonly decodingBytes: number;
  readonly provider: Provider;
  /** What drawings on the CPU keep to. */
  readonly memory: MemoryLimit;
}

export type PlacedMessage = { readonly kind: 'place' } & Place;

/** What kind of drawing it will be. All that was said of the one before is void. */
export interface BeginMessage extends Omit<WorkerInput, 'model' | 'weights'> {
  readonly kind: 'begin';
  /** Undefined is that of the drawing before. */
  readonly network: Pick<WorkerInput, 'model' | 'weights'> | undefined;
  /** Whether another drawing may come, for which what can be used again is kept. */
  readonly isKept: boolean;
}

export type ToWorker =
  | BeginMessage
  /** Where to draw. The thread plans, and makes ready all that needs no photo. */
  | PlacedMessage
  /**
   * What to draw, and in the style of what, at the sizes of the place: 8-bit R, G, B, interleaved [height, width, 3]. The drawing
   * begins.
   */
  | { readonly kind: 'photo'; readonly rgb: Uint8Array; readonly styles: readonly Uint8Array[] }
  /** A frame was used; one more may be sent. */
  | { readonly kind: 'taken' }
  /** End the drawing after the running iteration, or before the first where there is no photo yet. */
  | { readonly kind: 'stop' }
  /** End the thread as well. */
  | { readonly kind: 'end' };
