/** What a drawing yields. */
import type { Picture } from '../image/picture.js';
import type { Strokes } from '../media/strokes/strokes.js';
import type { Checkpoint } from './checkpoint.js';
import type { Preset } from './recipe/preset.js';
import type { FrameIteration } from './thread/messages.js';

/** A network from a file. */
export interface DrawingNetwork {
  /** Its file's name. */
  readonly name: string;
  /** How its picture is prepared: `torchvision`, for instance, or what its metadata says. */
  readonly preprocess: string;
  /** Whether nobody has said how, neither in an option nor in the file. */
  readonly isAssumed: boolean;
}

/** What is known of a drawing from its first frame on. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly preset: Preset;
  /** Where the weights came from: `seeded:1`, for instance; of a network from a file that file's name. */
  readonly weights: string;
  /** The network from a file that looks; undefined where it is VGG-19. */
  readonly network?: DrawingNetwork | undefined;
  /** The provider that computes: `cpu`, `cuda:1`. */
  readonly provider: string;
  /** Providers that were asked for before it, and why they cannot be used. */
  readonly passedOver: readonly { readonly provider: string; readonly reason: string }[];
  /** Frames of the whole drawing: what it begins with, which is blank paper where the preset says nothing else, and one per iteration. */
  readonly frames: number;
}

/** The canvas at one moment. */
export interface Frame {
  /** 0 is what the drawing begins with, k the canvas after k iterations. One that goes on begins with the frame of its checkpoint. */
  readonly index: number;
  /** What it looks like in the preset's tone. */
  readonly picture: Picture;
  /**
   * Its values in network space, float32[3, H, W] (a grey one's, and those of `keepColours`, from 0 to 255, float32[1, H, W]), which `applyTone` shows in any tone. In the last frame, and in every one
   * where the option `canvases` asks for it.
   */
  readonly canvas: Float32Array | undefined;
  /** Its strokes, where it is made of them: those that there are so far. */
  readonly strokes: Strokes | undefined;
  /** The iteration it came out of; undefined for the first frame. */
  readonly iteration: FrameIteration | undefined;
  /** What it takes to go on from here another time, where the option `checkpoints` has one taken at this frame. */
  readonly checkpoint?: Checkpoint | undefined;
  readonly drawing: Drawing;
}
