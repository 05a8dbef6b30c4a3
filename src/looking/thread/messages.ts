/** What the thread that looks and the one that asked for it tell each other. */
import type { MemoryLimit } from '../../drawing/recipe/memory-limit.js';
import type { Picture } from '../../image/picture.js';
import type { GivenWeights, NetworkModel } from '../../networks/index.js';
import type { Provider } from '../../runtime/provider.js';
import type { ErrorMessage } from '../../runtime/threads.js';
import type { Activation } from '../figures.js';
import type { Liked } from '../liking.js';
import type { Patch } from '../patches.js';

/** What is to be looked at, and by what. */
export interface Looking {
  /** At the size at which it is looked at. */
  readonly photo: Picture;
  readonly layer: string;
  readonly channel: number | undefined;
  /** A network from a file, where it is none that weights are for. */
  readonly model: NetworkModel | undefined;
  readonly weights: GivenWeights;
  readonly provider: Provider;
  readonly threads: number | undefined;
  readonly memory: MemoryLimit;
}

export interface Looked {
  /** Where the weights came from. */
  readonly weights: string;
  readonly activation: Activation;
  /** float32[C, C], see `style`. */
  readonly gram: Float32Array;
  /** Of the channel that was asked for. */
  readonly excited: { readonly liked: Liked; readonly patches: readonly Patch[] } | undefined;
}

export type ToLooker = ({ readonly kind: 'look' } & Looking) | { readonly kind: 'end' };

/** How far it is. */
export type Step =
  /** Weights are loaded, and the photo is looked at. */
  | { readonly kind: 'looking' }
  /** So many iterations of what the channel likes are drawn. */
  | { readonly kind: 'liking'; readonly iterations: number; readonly of: number };

export type FromLooker = Step | ({ readonly kind: 'looked' } & Looked) | ErrorMessage;
