/** The thread that draws. ONNX Runtime blocks the thread it runs in, which must not be the one that encodes and listens. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { toSpace } from '../../colour/spaces.js';
import { applyTone } from '../../colour/tones.js';
import { InputError, messageOf } from '../../errors.js';
import { openNetwork } from '../../networks/index.js';
import type { Provider } from '../../runtime/provider.js';
import { explainBreak } from '../../runtime/providers/explain.js';
import { startRuntime } from '../../runtime/session.js';
import { mediumOf, phasesOf } from '../compose.js';
import { openPainter } from '../compute/painter.js';
import type { Site } from '../compute/phases.js';
import { drawingLoop } from '../loop.js';
import type { Phase } from '../phase.js';
import { planDrawing } from '../plan/drawing-plan.js';
import { type PassedPlan, planFirstPass } from '../plan/first-pass.js';
import { iterationsOf, layersOf } from '../recipe/schedule.js';
import { Inbox } from './inbox.js';
import type { FrameIteration, FromWorker, PlacedMessage } from './messages.js';

/** Frames that may be under way to the other thread: enough that neither waits, few enough to hold in memory at any size. */
const framesAhead = 3;

/** In stages: begun (what is to be drawn is known), placed (how large, and on what), drawing, ended. */
async function main(port: MessagePort): Promise<void> {
  const inbox = new Inbox(port);
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const sendFrame = (rgb: Uint8Array, canvas: Float32Array | undefined, iteration?: FrameIteration): void => {
    inbox.frameSent();
    const transfer = [rgb, ...(canvas ? [canvas] : [])].map(({ buffer }) => buffer as ArrayBuffer);
    send({ kind: 'frame', rgb, canvas, ...(iteration ? { iteration } : {}) }, transfer);
  };

  // What fails here fails again at the first session, when there is somebody to be told.
  await startRuntime().catch(() => {});
  const begun = await inbox.read('begin');
  if (!begun) return port.close();
  const { preset, threads, exact, canvases } = begun;
  const [medium, phases, { tone }] = [mediumOf(preset), phasesOf(preset), preset];
  const loading = openNetwork(begun.weights, layersOf(preset));
  // What is wrong with the weights is said when there is a place, and after it what is wrong with that.
  loading.catch(() => {});
  const placed = await inbox.read('place');
  if (!placed) return port.close();
  const { height, width, provider } = placed;
  const painter = await openPainter(medium, placed);
  const given = inbox.read('photo').then((message) => message?.rgb);
  const startPhoto = medium.startsFromPhoto ? await given : undefined;
  if (medium.startsFromPhoto && !startPhoto) return port.close();
  const first = await painter.canvasOf(medium.start(placed, startPhoto));
  const firstFrame = applyTone(first, tone, medium.space);
  const network = await loading;
  // Before anything is said: where it does not fit, no output is begun.
  const planned = plan({ network, medium, height, width }, phases, placed, exact);
  send({ kind: 'start', weights: network.source });
  sendFrame(firstFrame, canvases ? first : undefined);
  const photo = given.then((rgb) => rgb && toSpace(rgb, network.space));
  let left = iterationsOf(preset);
  const options = { network, medium, height, width, phases, tone, photo, startPhoto, provider, threads, ...planned };
  for await (const done of blamingTheDevice(provider, drawingLoop(options))) {
    const { frame, readParameters, ...iteration } = done;
    await inbox.framesTaken(framesAhead - 1);
    const isLast = --left === 0 || inbox.isStopped;
    const canvas = canvases || isLast ? await painter.canvasOf(await readParameters()) : undefined;
    sendFrame(frame, canvas, iteration);
    if (isLast) break;
  }
  await painter.release();
  send({ kind: 'done' });
  port.close();
}

/** Providers other than the CPU have no plan. @throws InputError as `planDrawing`. */
function plan(
  site: Site,
  phases: readonly Phase[],
  { provider, memory, decodingBytes }: PlacedMessage,
  exact: boolean,
): PassedPlan | undefined {
  if (provider.name !== 'cpu') return undefined;
  return planFirstPass(site, phases, (kept) =>
    planDrawing({ site, phases, decodingBytes, exact }, { ...memory, bytes: memory.bytes - kept }),
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
