/** The thread that draws. ONNX Runtime blocks the thread it runs in, which must not be the one that encodes and listens. */
import { parentPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../errors.js';
import { toNetworkSpace } from '../vgg19/preprocessing.js';
import { loadWeights } from '../vgg19/weights/source.js';
import { blankCanvas } from './canvas.js';
import { drawingLoop } from './loop.js';
import type { FrameIteration, FromWorker, ToWorker, WorkerInput } from './messages.js';
import { deepestLayer } from './preset.js';
import { applyTone } from './tones.js';

/** Frames that may be under way to the other thread: enough that neither waits, few enough to hold in memory at any size. */
const framesAhead = 3;

async function main(port: NonNullable<typeof parentPort>, input: WorkerInput): Promise<void> {
  let underWay = 0;
  let stopped = false;
  let wake = (): void => {};
  port.on('message', (message: ToWorker) => {
    if (message === 'stop') stopped = true;
    else underWay--;
    wake();
  });
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const sendFrame = async (canvas: Float32Array, iteration?: FrameIteration): Promise<void> => {
    while (underWay >= framesAhead && !stopped) await new Promise<void>((resolve) => (wake = resolve));
    underWay++;
    const rgb = applyTone(canvas, input.preset.tone);
    // A copy: the next iteration goes on from the canvas itself.
    const copy = canvas.slice();
    send({ kind: 'frame', canvas: copy, rgb, ...(iteration ? { iteration } : {}) }, [
      copy.buffer,
      rgb.buffer as ArrayBuffer,
    ]);
  };

  const { height, width, preset } = input;
  const weights =
    typeof input.weights === 'string' ? await loadWeights(input.weights, deepestLayer(preset)) : input.weights;
  send({ kind: 'start', weights: weights.source });
  await sendFrame(blankCanvas(preset.canvas, height, width));
  const photo = toNetworkSpace(input.photo);
  const { threads } = input;
  for await (const done of drawingLoop({ photo, height, width, preset, weights: weights.data, threads })) {
    const { canvas, ...iteration } = done;
    await sendFrame(canvas, iteration);
    if (stopped) break;
  }
  send({ kind: 'done' });
  port.close();
}

if (parentPort) {
  const port = parentPort;
  main(port, workerData as WorkerInput).catch((error: unknown) => {
    const stack = error instanceof Error ? error.stack : undefined;
    port.postMessage({ kind: 'error', message: messageOf(error), stack, isInput: error instanceof InputError });
    port.close();
  });
}
