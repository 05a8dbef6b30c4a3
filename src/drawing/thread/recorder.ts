/** Takes checkpoints of a drawing, and goes on from them. */
import type { Size } from '../../image/picture.js';
import type { Network } from '../../networks/network.js';
import type { Shape } from '../../onnx/index.js';
import type { Named } from '../../onnx/named.js';
import { type Checkpoint, checkGoesOn, digestOf } from '../checkpoint.js';
import { networkBytes } from '../compute/network-digest.js';
import { openPainter } from '../compute/painter.js';
import type { Site } from '../compute/phases.js';
import type { Iteration } from '../loop.js';
import type { Phase } from '../phase.js';
import { inColours } from '../recipe/style.js';
import { type Sequence, segmentOf, segmentsOf } from '../segments.js';
import { DrawingState } from '../state.js';
import type { PlacedMessage, ToWorker, WorkerInput } from './messages.js';

/** What a first frame is made of. */
export interface Beginning {
  /** Of its canvas. */
  readonly size: Size;
  readonly canvas: Float32Array;
  /** At the size of the drawing. */
  readonly parameters: Named<Float32Array>;
}

/**
 * A state of so many bytes costs a processor some 50 ms, from its copy to its file: what is larger is kept less often, so that no more than a
 * hundredth of the time goes into it.
 */
const largeState = 50e6;

export class Recorder {
  #of: Pick<Checkpoint, 'recipe' | 'digests'> | undefined;
  #latest = performance.now();
  #bytes = 0;

  /** @param pictures those that the network sees. */
  constructor(
    private readonly begun: WorkerInput,
    private readonly placed: PlacedMessage,
    private readonly network: Network,
    private readonly pictures: Pick<Extract<ToWorker, { kind: 'photo' }>, 'rgb' | 'styles'>,
  ) {}

  /** One after an iteration, where it is time. @param isEnd whether a phase, or the drawing, ends with it. */
  async take(iterations: number, isEnd: boolean, save: Iteration['saveState']): Promise<Checkpoint | undefined> {
    const { checkpoints } = this.begun;
    if (checkpoints === undefined) return undefined;
    const seconds = (performance.now() - this.#latest) / 1000;
    if (!isEnd && seconds < checkpoints * Math.max(1, this.#bytes / largeState)) return undefined;
    const state = await save();
    this.#bytes = arraysOf(state).reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.#latest = performance.now();
    return { ...this.#drawing(), iterations, state };
  }

  /** What a drawing goes on with. @throws InputError where the checkpoint is of another one. */
  async beginning(whole: Site, { phases, scales }: Sequence, checkpoint: Checkpoint): Promise<Beginning> {
    checkGoesOn(checkpoint, this.#drawing());
    const { site, phase } = segmentOf(segmentsOf(whole, phases, scales), checkpoint.iterations - 1);
    const { medium } = site;
    const state = DrawingState.restore(medium, site, checkpoint.state, phase.optimizer);
    const parameters = await state.read(whole);
    // As frames are made: strokes have no pixels that would have to be enlarged.
    const { height, width } = medium.strokesOf ? whole : site;
    const painter = await openPainter(medium, { height, width });
    const canvas = await painter.canvasOf(medium.strokesOf ? parameters : await state.read());
    await painter.release();
    return { size: { height, width }, canvas, parameters };
  }

  /** What is drawn, and with what. Looked at where it is wanted, because that takes a while where weights are large. */
  #drawing(): Pick<Checkpoint, 'recipe' | 'digests'> {
    const { layers, model, weights, exact, threads, keepColours = false, styleSize } = this.begun;
    const { preset, style, width, height, styles, memory } = this.placed;
    // Where anything would have done, what was there.
    const source = weights === 'auto' ? this.network.source.split(' ')[0] : weights;
    this.#of ??= {
      recipe: {
        preset: keepColours ? inColours(preset) : preset,
        ...{ size: { width, height }, style, styleSize, keepColours, exact, threads, memory },
        weights: typeof source === 'string' && !model ? source : undefined,
      },
      digests: {
        photo: digestOf(this.pictures.rgb),
        styles: this.pictures.styles.map((rgb, i) => digestOf(`${styles[i]!.width}×${styles[i]!.height}`, rgb)),
        network: digestOf(...networkBytes(this.network, layers, { width, height })),
      },
    };
    return this.#of;
  }
}

/** Bytes of the largest state that a drawing has: its parameters, and what the optimizer of a phase keeps. */
export function stateBytes({ medium, height, width }: Site, phases: readonly Pick<Phase, 'optimizer'>[]): number {
  const parameters = medium.slots({ height, width });
  const bytesOf = (shapes: Named<Shape>) =>
    Object.values(shapes).reduce((sum, shape) => sum + 4 * shape.reduce((product, side) => product * side, 1), 0);
  return bytesOf(parameters) + Math.max(...phases.map(({ optimizer }) => bytesOf(optimizer.slots(parameters))));
}

/** The arrays of a checkpoint's state. */
export const arraysOf = ({ parameters, slots }: Checkpoint['state']): Float32Array[] =>
  [parameters, slots].flatMap((tensors) => Object.values(tensors).map(({ values }) => values));
