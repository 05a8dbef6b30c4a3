/** The optimizer's step where the gradient of the canvas is there already: in tiles. */
import { applyTone, type Tone } from '../../colour/tones.js';
import { type ApartMedium, isApart } from '../../media/medium.js';
import { cpu } from '../../runtime/provider.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import { plainPlan } from '../plan/phase-plan.js';
import type { DrawingState } from '../state.js';
import type { Engine } from './engine.js';
import { gradInput, plainStepGraph, type Site, stepGraph } from './graphs.js';
import type { Painter } from './painter.js';
import { openGraph, type Tensors } from './sessions.js';
import { stepScalars, takeStep } from './step.js';

export interface Stepper {
  /** Moves the state on. @param gradient of the canvas, float32[C, H, W]. @returns the frame, [H, W, 3]. */
  step(state: DrawingState, gradient: Float32Array, iteration: number): Promise<Uint8Array>;
  release(): Promise<void>;
}

/** Its graph among those that are kept. */
const keptAs = { keptAs: 'step' };

/**
 * In pieces where each pixel steps by itself.
 * @param painter what makes the canvas that the gradients are of.
 */
export function openStepper(
  site: Omit<Site, 'network'>,
  phase: Pick<Phase, 'optimizer' | 'learningRateAt'>,
  tone: Tone,
  engine: Engine,
  painter: Painter,
): Promise<Stepper> {
  const { medium } = site;
  if (isApart(medium)) return openFrom({ ...site, medium }, phase, tone, engine, painter);
  return medium.isPerPixel && phase.optimizer.isElementwise
    ? openPieces(site, phase, tone, engine)
    : openAtOnce(site, phase, tone, engine);
}

/**
 * With few steps to average over, Adam moves every parameter by the whole learning rate, those of old strokes as those of new ones: after an
 * optimizer has begun, steps grow to that.
 */
const easySteps = 5;

/** From gradients that the medium makes itself. On the processor, which has the parameters. */
async function openFrom(
  { medium, ...size }: Omit<Site, 'network'> & { readonly medium: ApartMedium },
  phase: Pick<Phase, 'optimizer' | 'learningRateAt'>,
  tone: Tone,
  engine: Engine,
  painter: Painter,
): Promise<Stepper> {
  const onCpu: Engine = { ...engine, provider: cpu };
  const session = await openGraph(() => plainStepGraph({ medium, ...size }, phase.optimizer), onCpu, plainPlan, keptAs);
  const shapes = medium.slots(size);
  const eased =
    ({ steps }: DrawingState) =>
    (iteration: number) =>
      phase.learningRateAt(iteration) * Math.min(1, (steps + 1) / easySteps);
  return {
    async step(state, gradient, iteration) {
      const parameters = state.values;
      const gradients = medium.back(parameters, await painter.canvasOf(parameters), gradient, size);
      const given = Object.entries(gradients).map(
        ([name, values]) => [gradInput(name), new Tensor('float32', values, shapes[name]!)] as const,
      );
      const results = await session.run({
        ...state.parameters,
        ...Object.fromEntries(given),
        ...state.slots,
        ...stepScalars({ ...phase, learningRateAt: eased(state) }, state, iteration),
      });
      takeStep(state, phase, results);
      return applyTone(await painter.canvasOf(state.values), tone, medium.space);
    },
    release: () => session.release(),
  };
}

async function openAtOnce(
  site: Omit<Site, 'network'>,
  phase: Pick<Phase, 'optimizer' | 'learningRateAt'>,
  tone: Tone,
  engine: Engine,
): Promise<Stepper> {
  const session = await openGraph(() => stepGraph(site, phase.optimizer, tone), engine, plainPlan, keptAs);
  const shape = [1, site.medium.space.length, site.height, site.width];
  return {
    async step(state, gradient, iteration) {
      const results = await session.run({
        ...state.parameters,
        canvas_grad: new Tensor('float32', gradient, shape),
        ...state.slots,
        ...stepScalars(phase, state, iteration),
      });
      takeStep(state, phase, results);
      return results.frame!.data as Uint8Array;
    },
    release: () => session.release(),
  };
}

/** Pixels that one run steps: enough that the overhead of a run is nothing, few enough for any memory. */
const pixelsPerStep = 2 ** 17;

async function openPieces(
  { medium, height, width }: Omit<Site, 'network'>,
  phase: Pick<Phase, 'optimizer' | 'learningRateAt'>,
  tone: Tone,
  engine: Engine,
): Promise<Stepper> {
  const area = height * width;
  const length = Math.min(area, pixelsPerStep);
  const channels = medium.space.length;
  const shape = [1, channels, 1, length];
  const session = await openGraph(
    () => stepGraph({ medium, height: 1, width: length }, phase.optimizer, tone),
    engine,
    plainPlan,
    keptAs,
  );
  /** Calls back for each channel with its place in the picture and in the piece. */
  const inPieces = (start: number, visit: (from: number, to: number, inPiece: number) => void): void => {
    const count = Math.min(length, area - start);
    for (let c = 0; c < channels; c++) visit(c * area + start, c * area + start + count, c * length);
  };
  const pieces = new Map<string, Float32Array>();
  const read = (name: string, whole: Float32Array, start: number): Tensor => {
    const piece = pieces.get(name) ?? new Float32Array(channels * length);
    pieces.set(name, piece);
    inPieces(start, (from, to, inPiece) => piece.set(whole.subarray(from, to), inPiece));
    return new Tensor('float32', piece, shape);
  };
  const write = (whole: Float32Array, start: number, { data }: Tensor): void =>
    inPieces(start, (from, to, inPiece) =>
      whole.set((data as Float32Array).subarray(inPiece, inPiece + to - from), from),
    );
  return {
    async step(state, gradient, iteration) {
      const { parameters, slots } = state;
      const wholes = Object.entries({ ...parameters, ...slots }).map(
        ([name, { data }]) => [name, data as Float32Array] as const,
      );
      const scalars = stepScalars(phase, state, iteration);
      const frame = new Uint8Array(3 * area);
      for (let start = 0; start < area; start += length) {
        const inputs: Record<string, Tensor> = { canvas_grad: read('canvas_grad', gradient, start) };
        for (const [name, whole] of wholes) inputs[name] = read(name, whole, start);
        const results: Tensors = await session.run({ ...inputs, ...scalars });
        for (const [name, whole] of wholes) write(whole, start, results[`${name}_out`]!);
        const shown = (results.frame!.data as Uint8Array).subarray(0, 3 * (area - start));
        frame.set(shown, 3 * start);
      }
      // Stepped where they are.
      state.moveOn({ parameters, slots });
      return frame;
    },
    release: () => session.release(),
  };
}
