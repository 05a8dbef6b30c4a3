/** The thread that draws. ONNX Runtime blocks the thread it runs in, which must not be the one that encodes and listens. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { toSpace } from '../../colour/spaces.js';
import { applyTone } from '../../colour/tones.js';
import { InputError, messageOf } from '../../errors.js';
import type { Size } from '../../image/picture.js';
import type { Medium } from '../../media/medium.js';
import type { Named } from '../../onnx/named.js';
import { collectGarbage } from '../../runtime/garbage.js';
import type { Provider } from '../../runtime/provider.js';
import { explainBreak } from '../../runtime/providers/explain.js';
import { startRuntime } from '../../runtime/session.js';
import { targetOf } from '../../runtime/settings.js';
import { errorMessage } from '../../runtime/threads.js';
import { mediumOf, phasesOf } from '../compose.js';
import { openPainter, type Painter } from '../compute/painter.js';
import type { Site } from '../compute/phases.js';
import { checkKernels } from '../compute/unsupported.js';
import { drawingLoop } from '../loop.js';
import { hasRoomToKeep, planDrawing, planStyles } from '../plan/drawing-plan.js';
import { type PassedPlan, planFirstPass } from '../plan/first-pass.js';
import { type PhasePlan, plainPlan } from '../plan/phase-plan.js';
import { iterationsOf } from '../recipe/schedule.js';
import type { Sequence } from '../segments.js';
import { DrawingState } from '../state.js';
import { Inbox } from './inbox.js';
import { Kept } from './kept.js';
import type { BeginMessage, FrameMessage, FromWorker, PlacedMessage, WorkerInput } from './messages.js';
import { arraysOf, type Beginning, Recorder, stateBytes } from './recorder.js';

/** Frames that may be under way to the other thread: enough that neither waits, few enough to hold in memory at any size. */
const framesAhead = 3;

async function main(port: MessagePort): Promise<void> {
  const inbox = new Inbox(port);
  const kept = new Kept();
  // What fails here fails again at the first session, when there is somebody to be told.
  await startRuntime().catch(() => {});
  try {
    for (let begun = await inbox.begin(); begun; begun = await inbox.begin()) {
      await draw(begun, inbox, port, kept);
      if (begun.isKept) collectGarbage();
      port.postMessage({ kind: 'over' } satisfies FromWorker);
    }
  } finally {
    await kept.release();
  }
  port.close();
}

/** In stages: begun (what is to be drawn is known), placed (how large, and on what), drawing, over. */
async function draw(message: BeginMessage, inbox: Inbox, port: MessagePort, kept: Kept): Promise<void> {
  const send = (message: FromWorker, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer);
  const sendFrame = (frame: Omit<FrameMessage, 'kind'>): void => {
    inbox.frameSent();
    const { picture, canvas, checkpoint } = frame;
    const arrays = [picture.rgb, ...(canvas ? [canvas] : []), ...(checkpoint ? arraysOf(checkpoint.state) : [])];
    send(
      { kind: 'frame', ...frame },
      arrays.map(({ buffer }) => buffer as ArrayBuffer),
    );
  };

  const { opened: loading, ...looking } = await kept.network(message);
  const begun: WorkerInput = { ...message, ...looking };
  const { threads, canvases, resume, start } = begun;
  const placed = await inbox.read('place');
  if (!placed) return;
  const { height, width, provider, preset } = placed;
  const [medium, phases, { tone, scales }] = [mediumOf(preset), phasesOf(preset, placed.style), preset];
  const painter = await openPainter(medium, placed);
  const told = inbox.read('photo');
  const given = told.then((message) => message?.rgb);
  const isSeenFirst = medium.startsFromPhoto && !resume && !start;
  const startPhoto = isSeenFirst ? await given : undefined;
  if (isSeenFirst && !startPhoto) return;
  const blank = resume ? undefined : await beginning(medium, painter, placed, startPhoto, start);
  const network = await loading;
  const site: Site = { network, medium, height, width };
  // Before anything is said: where it can't be computed, or does not fit, no output is begun.
  if (begun.model && provider.name !== 'cpu') checkKernels(site, phases, targetOf(provider), provider.name);
  const planned = plan(site, { phases, scales }, placed, begun);
  const recorder = told.then((pictures) => pictures && new Recorder(begun, placed, network, pictures));
  const first = blank ?? (await (await recorder)?.beginning(site, { phases, scales }, resume!));
  if (!first) return;
  send({ kind: 'start', weights: network.source });
  const strokesIn = (parameters: Named<Float32Array>) => medium.strokesOf?.(parameters, { width, height });
  let done = resume?.iterations ?? 0;
  const total = iterationsOf(preset);
  sendFrame({
    picture: { ...first.size, rgb: applyTone(first.canvas, tone, medium.space) },
    canvas: canvases || done === total ? await painter.canvasOf(first.parameters) : undefined,
    strokes: strokesIn(first.parameters),
  });
  const photo = given.then((rgb) => rgb && toSpace(rgb, network.space));
  const styles = placed.styles.map((size, i) => ({
    ...size,
    plan: planned.styles[i]!,
    read: async () => {
      const message = await told;
      return message && toSpace(message.styles[i]!, network.space);
    },
  }));
  const sessions = await kept.sessions(message.isKept && planned.keepsSessions ? kindOf(begun, placed) : undefined);
  const computing = { provider, threads, kept: sessions };
  const options = { ...site, phases, scales, tone, photo, startPhoto, ...computing, ...planned.passed, styles };
  for await (const drawn of blamingTheDevice(provider, drawingLoop({ ...options, resume, start }))) {
    const { frame, size, readParameters, saveState, ...iteration } = drawn;
    await inbox.framesTaken(framesAhead - 1);
    const isLast = ++done === total || inbox.isStopped;
    const isEnd = isLast || iteration.iteration === phases[iteration.phase]!.iterations - 1;
    const parameters = canvases || isLast || medium.strokesOf ? await readParameters() : undefined;
    const canvas = async () => parameters && (await painter.canvasOf(parameters));
    // Strokes have no pixels that would have to be enlarged.
    const isSmall = size.width < width || size.height < height;
    const painted = medium.strokesOf && isSmall ? await canvas() : undefined;
    sendFrame({
      picture: painted
        ? { width, height, rgb: applyTone(painted, tone, medium.space) }
        : { width: size.width, height: size.height, rgb: frame },
      canvas: canvases || isLast ? await canvas() : undefined,
      strokes: parameters && strokesIn(parameters),
      checkpoint: await (await recorder)?.take(done, isEnd, saveState),
      iteration,
    });
    if (isLast) break;
  }
  await painter.release();
}

/** What a drawing begins with that does not go on. @throws InputError where it does not fit the start that was given. */
async function beginning(
  medium: Medium,
  painter: Painter,
  { width, height }: Size,
  photo?: Uint8Array,
  start?: WorkerInput['start'],
): Promise<Beginning> {
  const size = { width, height };
  const parameters = start ? DrawingState.begin(medium, size, start).values : medium.start(size, photo);
  return { size, canvas: await painter.canvasOf(parameters), parameters };
}

/** How phases and the goals of style pictures are computed. */
interface WorkPlan {
  /** Providers other than the CPU have none. */
  readonly passed: PassedPlan | undefined;
  readonly styles: readonly PhasePlan[];
  /** Whether there is room for all sessions of the drawing at once. */
  readonly keepsSessions: boolean;
}

/** @throws InputError as `planDrawing`. */
function plan(
  site: Site,
  { phases, scales }: Sequence,
  { provider, memory, decodingBytes, styles }: PlacedMessage,
  { exact, checkpoints, resume }: WorkerInput,
): WorkPlan {
  if (provider.name !== 'cpu') return { passed: undefined, styles: styles.map(() => plainPlan), keepsSessions: false };
  // A checkpoint that is being written, and the next one.
  const copies = checkpoints === undefined && !resume ? 0 : 2 * stateBytes(site, phases);
  const drawing = { site, phases, scales, decodingBytes: decodingBytes + copies, exact };
  const planWith = (kept: number) => planDrawing(drawing, { ...memory, bytes: memory.bytes - kept });
  const passed = planFirstPass(site, phases, planWith, scales);
  const styled = planStyles(drawing, styles, memory);
  const keepsSessions = hasRoomToKeep(drawing, styles, [...passed.plan, ...styled], memory);
  return { passed, styles: styled, keepsSessions };
}

/** All that the graphs of a drawing depend on, beside its network and its photo. */
const kindOf = ({ exact, threads }: WorkerInput, { preset, style, width, height, styles }: PlacedMessage): string =>
  JSON.stringify({ preset, style, width, height, styles, exact, threads });

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
    port.postMessage(errorMessage(error) satisfies FromWorker);
    port.close();
  });
}
