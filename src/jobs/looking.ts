/** What the network sees in a photo, as pictures and numbers for whoever shows it. */
import { encodePng } from '../image/encode-png.js';
import type { Picture } from '../image/picture.js';
import type { ChannelFigures } from '../looking/figures.js';
import { type Look, look } from '../looking/look.js';
import { channelMap, gramMap } from '../looking/maps.js';
import { cutOut, type Patch } from '../looking/patches.js';
import type { Job } from './job.js';

/** How many channels are shown, the strongest. */
const shownChannels = 24;

/** A PNG. */
type File = Buffer;

export interface Sight {
  readonly layer: string;
  /** How many channels it has. */
  readonly count: number;
  /** The Gram matrix, and the strongest channels; where one was asked for, what excites that instead. */
  readonly shown:
    | {
        readonly kind: 'layer';
        readonly gram: File;
        readonly channels: readonly (ChannelFigures & { picture: File })[];
      }
    | {
        readonly kind: 'channel';
        readonly figures: ChannelFigures;
        readonly map: File;
        readonly liked: { readonly picture: File; readonly mean: number };
        readonly patches: readonly (Pick<Patch, 'value'> & { picture: File })[];
      };
}

export interface SightOptions extends Pick<Job, 'size' | 'weights' | 'provider' | 'threads' | 'memory'> {
  readonly layer: string;
  readonly channel?: number | undefined;
  readonly signal: AbortSignal;
}

/** @throws InputError as `look`. */
export async function sightOf(photo: string, options: SightOptions): Promise<Sight> {
  const seen = await look(photo, options);
  const { layer, channels, excited } = seen;
  const shown = excited ? await channelShown(seen, excited) : await layerShown(seen);
  return { layer, count: channels.length, shown };
}

async function layerShown({ activation, channels, gram }: Look): Promise<Sight['shown']> {
  const strongest = channels.slice(0, shownChannels);
  const pictures = await files(strongest.map((channel) => channelMap(activation, channel)));
  return {
    kind: 'layer',
    gram: await encodePng(gramMap(gram, channels)),
    channels: strongest.map((channel, i) => ({ ...channel, picture: pictures[i]! })),
  };
}

async function channelShown(
  { photo, activation }: Look,
  { liked, patches, ...figures }: NonNullable<Look['excited']>,
): Promise<Sight['shown']> {
  const cut = await files(patches.map((patch) => cutOut(photo, patch)));
  return {
    kind: 'channel',
    figures,
    map: await encodePng(channelMap(activation, figures)),
    liked: { picture: await encodePng(liked.picture), mean: liked.mean.after },
    patches: patches.map(({ value }, i) => ({ value, picture: cut[i]! })),
  };
}

const files = (pictures: readonly Picture[]): Promise<File[]> => Promise.all(pictures.map((one) => encodePng(one)));
