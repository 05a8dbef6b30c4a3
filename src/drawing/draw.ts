/** Drawing a photo: the library's way in. */
import { InputError } from '../errors.js';
import type { Picture } from '../image/picture.js';
import type { PhotoSource } from '../image/source.js';
import { type Provider, parseProviders, providerLabel } from '../runtime/provider.js';
import { type ChosenProvider, chooseProvider } from '../runtime/providers/choose.js';
import type { Drawing, Frame } from './frame.js';
import {
  type CheckedOptions,
  checkOptions,
  type DrawOptions,
  isPaperByPhoto,
  iterationsOf,
  layersOf,
  memoryLimit,
  type StyleChoice,
  withPaper,
} from './recipe/index.js';
import { seenPictures, shownFrame } from './shown.js';
import { openStyles, openSubject } from './subject.js';
import { DrawingThread, type ThreadPool } from './thread/thread.js';

/**
 * Draws a photo from blank paper and yields every frame as it is made, the blank paper first; or goes on with a drawing, and yields the frame
 * of its checkpoint first. The work is done in a thread of
 * its own, which waits when frames are not taken. Leaving the loop early ends the drawing.
 * @param photo a picture, or where one is read from: a path, a `file:` URL, or the bytes of such a file, of the formats that
 *   `openPhoto` reads.
 * @param pool where the thread comes from, and goes. Left out: it is one for this drawing alone.
 * @throws InputError where an option, the photo, the preset or the weights are at fault: it names which.
 */
export async function* draw(
  photo: Picture | PhotoSource,
  options: DrawOptions = {},
  pool?: ThreadPool,
): AsyncGenerator<Frame, void, void> {
  const {
    signal,
    size: longest,
    provider,
    memory,
    style,
    styleSize,
    styleWeight = 1,
    keepColours,
    preset: stated,
    network,
    ...input
  } = await checkOptions(options);
  const styleChoice: StyleChoice = { weights: style.map(({ weight }) => weight), factor: styleWeight };
  const choice = parseProviders(provider);
  const limit = memoryLimit(memory, input.resume?.recipe.memory);
  // First of all: what follows is done while the thread starts and loads the weights.
  const thread = new DrawingThread({ ...input, keepColours, styleSize, layers: layersOf(stated) }, pool);
  const stop = () => thread.stop();
  try {
    const choosing = chooseProvider(choice);
    // That nothing fits is said when the photo is there.
    choosing.catch(() => {});
    const subject = await openSubject(photo, longest, layersOf(stated), network, limit);
    const { size } = subject;
    const styles = await openStyles(style, styleSize ?? Math.max(size.width, size.height), stated, network, limit);
    // Where the photo chooses the paper, the thread has to wait for it.
    const seenFirst = isPaperByPhoto(stated) ? await subject.read() : undefined;
    const preset = seenFirst ? withPaper(stated, seenFirst.rgb) : stated;
    const preparing = choosing.then((chosen) => {
      if (limit.isGiven) checkKeeps(chosen.provider);
      const decodingBytes = Math.max(...[subject, ...styles].map((one) => one.decodingBytes));
      const place = { preset, style: styleChoice, ...size, styles: styles.map((one) => one.size), decodingBytes };
      thread.prepare({ ...place, provider: chosen.provider, memory: limit });
      return chosen;
    });
    preparing.catch(() => {});
    const pictures = [(seenFirst ?? (await subject.read())).rgb];
    for (const { read } of styles) pictures.push((await read()).rgb);
    const chosen = await preparing;
    const [seen, ...seenStyles] = seenPictures(pictures, preset, keepColours);
    thread.draw(seen!, seenStyles);
    // Not before there is a photo: the first iteration is drawn in any case.
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    let drawing: Drawing | undefined;
    let index = input.resume?.iterations ?? 0;
    for await (const result of thread.results()) {
      if (result.kind === 'start') {
        const frames = 1 + iterationsOf(preset);
        drawing = { ...size, preset, weights: result.weights, ...networkIn(input), ...labelled(chosen), frames };
      } else {
        const { canvas, strokes, iteration, checkpoint } = result;
        const picture = await shownFrame(result.picture, size, keepColours ? pictures[0] : undefined);
        yield { index, picture, canvas, strokes, iteration, checkpoint, drawing: drawing! };
        index++;
      }
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    await thread.end();
  }
}

const networkIn = ({ model }: Pick<CheckedOptions, 'model'>): Pick<Drawing, 'network'> =>
  model
    ? { network: { name: model.source, preprocess: model.preprocess.label, isAssumed: model.preprocess.isAssumed } }
    : {};

const labelled = ({ provider, passedOver }: ChosenProvider): Pick<Drawing, 'provider' | 'passedOver'> => ({
  provider: providerLabel(provider),
  passedOver: passedOver.map((other) => ({ provider: providerLabel(other.provider), reason: other.reason })),
});

/** @throws InputError for a provider that keeps to no limit of memory. */
function checkKeeps(provider: Provider): void {
  if (provider.name === 'cpu') return;
  throw new InputError(`only drawings on the CPU keep to it, not on ${providerLabel(provider)}`, { field: 'memory' });
}
