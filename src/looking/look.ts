/** Looking at a photo as the network does: the library's way in. */
import { on } from 'node:events';
import { memoryLimit } from '../drawing/recipe/memory-limit.js';
import { openSubject } from '../drawing/subject.js';
import type { Picture } from '../image/picture.js';
import type { PhotoSource } from '../image/source.js';
import { parseProviders, providerLabel } from '../runtime/provider.js';
import { chooseProvider } from '../runtime/providers/choose.js';
import { asError, endThread, startThread } from '../runtime/threads.js';
import { type Activation, type ChannelFigures, channelFigures } from './figures.js';
import type { Liked } from './liking.js';
import { checkChannel, checkLook, type LookOptions } from './options.js';
import type { Patch } from './patches.js';
import type { FromLooker, Looked, Looking, Step, ToLooker } from './thread/messages.js';

/** What a network sees in a photo. */
export interface Look {
  /** The photo, as large as it was looked at. */
  readonly photo: Picture;
  /** The layer, by the network's own name for it. */
  readonly layer: string;
  /** Where the weights come from, the name of a network from a file, and what computed. */
  readonly weights: string;
  readonly network: string | undefined;
  readonly provider: string;
  /** float32[channels, height, width]: the layer's activation for the photo. */
  readonly activation: Activation;
  /** Of its channels, the strongest first. */
  readonly channels: readonly ChannelFigures[];
  /** float32[channels, channels]: F·Fᵀ / (height · width), F the activation as a matrix. */
  readonly gram: Float32Array;
  /** Of the channel that was asked for. */
  readonly excited: ExcitedChannel | undefined;
}

export interface ExcitedChannel extends ChannelFigures {
  /** What excites it, drawn from noise. */
  readonly liked: Liked;
  /** What of the photo excites it most, the strongest first: nine squares at most, which do not overlap. */
  readonly patches: readonly Patch[];
}

/**
 * Looks at a photo with a layer of the network. The work is done in a thread of its own.
 * @param photo a picture, or where one is read from, as {@link openPhoto} takes it.
 * @param seen is called as the work goes on.
 * @throws InputError where an option, the photo or the weights are at fault: it names which. Error AbortError where `signal` ended it.
 */
export async function look(
  photo: Picture | PhotoSource,
  options: LookOptions,
  seen: (step: Step) => void = () => {},
): Promise<Look> {
  const { layer, channel, model, network, size, weights, provider, threads, memory, signal } = await checkLook(options);
  const choice = parseProviders(provider);
  const limit = memoryLimit(memory);
  const subject = await openSubject(photo, size, [layer], network, limit);
  checkChannel(channel, network.activationShape(layer, subject.size)[0], layer);
  const chosen = await chooseProvider(choice);
  const picture = await subject.read();
  const asked: Looking = {
    ...{ photo: picture, layer, channel, model, weights, threads },
    provider: chosen.provider,
    memory: limit,
  };
  const { excited, ...looked } = await inThread(asked, seen, signal);
  const channels = channelFigures(looked.activation);
  const own = channels.find((one) => one.channel === channel);
  return {
    photo: picture,
    layer,
    network: model?.source,
    provider: providerLabel(chosen.provider),
    ...looked,
    channels,
    excited: own && excited && { ...own, ...excited },
  };
}

async function inThread(asked: Looking, seen: (step: Step) => void, signal: AbortSignal | undefined): Promise<Looked> {
  signal?.throwIfAborted();
  const worker = startThread(new URL('./thread/worker.js', import.meta.url));
  const messages = on(worker, 'message', { close: ['exit'] }) as AsyncIterable<[FromLooker]>;
  const end = () => endThread(worker);
  signal?.addEventListener('abort', end);
  try {
    worker.postMessage({ kind: 'look', ...asked } satisfies ToLooker);
    for await (const [message] of messages) {
      if (message.kind === 'error') throw asError(message);
      if (message.kind !== 'looked') seen(message);
      else {
        const { kind: _, ...looked } = message;
        return looked;
      }
    }
    signal?.throwIfAborted();
    throw new Error('the thread that looks ended without a word');
  } finally {
    signal?.removeEventListener('abort', end);
    await end();
  }
}
