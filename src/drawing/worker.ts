/** The thread that draws. ONNX Runtime blocks the thread it runs in, which must not be the one that encodes and listens. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { InputError, messageOf } from '../errors.js';
import type { Provider } from '../runtime/provider.js';
import { explainBreak } from '../runtime/providers/explain.js';
import { startRuntime } from '../runtime/session.js';
import { toNetworkSpace } from '../vgg19/preprocessing.js';
import { loadWeights } from '../vgg19/weights/source.js';
import { blankCanvas } from './canvas.js';
import { type PassedPlan, planFirstPass } from './first-pass.js';
import { drawingLoop } from './loop.js';
import { planDrawing } from './memory.js';
import type { FrameIteration, FromWorker, Site, ToWorker, WorkerInput } from './messages.js';
import type { Preset } from './preset.js';
import { deepestLayer, iterationsOf } from './schedule.js';
import { applyTone } from './tones.js';

/** Frames that may be under way to the other thread: enough that neither waits, few enough to hold in memory at any size. */
const framesAhead = 3;

async function main(port: MessagePort): Promise<void> {
  let input: WorkerInput | undefined;
  let site: Site | undefined;
  let rgb: Uint8Array | undefined;
  let underWay = 0;
  let stopped = false;
  let wake = (): void => {};
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'begin') input = message;
    else if (message.kind === 'site') site = message;
    else if (message.kind === 'photo') rgb = message.rgb;
    else if (message.kind === 'stop') stopped = true;
    else underWay--;
    wake();
  });
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const sendFrame = (rgb: Uint8Array, canvas: Float32Array | undefined, iteration?: FrameIteration): void => {
    underWay++;
    const transfer = [rgb, ...(canvas ? [canvas] : [])].map(({ buffer }) => buffer as ArrayBuffer);
    send({ kind: 'frame', rgb, canvas, ...(iteration ? { iteration } : {}) }, transfer);
  };

  // What fails here fails again at the first session, when there is somebody to be told.
  await startRuntime().catch(() => {});
  await until(() => input !== undefined || stopped);
  if (!input) return port.close();
  const { preset, weights: given, threads, exact, canvases } = input;
  const loading = typeof given === 'string' ? loadWeights(given, deepestLayer(preset)) : Promise.resolve(given);
  // What is wrong with the weights is said when there is a site, and after it what is wrong with that.
  loading.catch(() => {});
  await until(() => site !== undefined || stopped);
  if (!site) return port.close();
  const planning = plan(preset, site, exact);
  planning.catch(() => {});
  const { height, width, provider } = site;
  const blank = blankCanvas(preset.canvas, height, width);
  const blankFrame = applyTone(blank, preset.tone);
  const weights = await loading;
  // Before anything is said: where it does not fit, no output is begun.
  const planned = await planning;
  send({ kind: 'start', weights: weights.source });
  sendFrame(blankFrame, canvases ? blank : undefined);
  const photo = until(() => rgb !== undefined || stopped).then(() => rgb && toNetworkSpace(rgb));
  let left = iterationsOf(preset);
  const options = { photo, height, width, preset, weights, provider, threads, exact, ...planned };
  const drawing = blamingTheDevice(provider, drawingLoop(options));
  for await (const { frame, readCanvas, ...iteration } of drawing) {
    await until(() => underWay < framesAhead || stopped);
    const isLast = --left === 0 || stopped;
    sendFrame(frame, canvases || isLast ? await readCanvas() : undefined, iteration);
    if (isLast) break;
  }
  send({ kind: 'done' });
  port.close();
}

/** Done at once, while the weights are read. Providers other than the CPU have no plan. @throws InputError as `planDrawing`. */
async function plan(
  preset: Preset,
  { provider, memory, ...size }: Site,
  exact: boolean,
): Promise<PassedPlan | undefined> {
  if (provider.name !== 'cpu') return undefined;
  return planFirstPass(preset, size, (kept) =>
    planDrawing(preset, size, { ...memory, bytes: memory.bytes - kept }, exact),
  );
}

/** @throws InputError where the provider's device gave up, which is no fault of ours. */
async function* blamingTheDevice<T>(provider: Provider, drawing: AsyncGenerator<T, void, void>): AsyncGenerator<T> {
  try {
    yield* drawing;
  } catch (error) {
    const reason = explainBreak(provider, messageOf(error));
    throw reason === undefined ? error : new InputError(reason);
  }
}

if (parentPort) {
  const port = parentPort;
  main(port).catch((error: unknown) => {
    const stack = error instanceof Error ? error.stack : undefined;
    const isInput = error instanceof InputError;
    const { reason: message, field } = isInput ? error : { reason: messageOf(error), field: undefined };
    port.postMessage({ kind: 'error', message, field, stack, isInput } satisfies FromWorker);
    port.close();
  });
}
