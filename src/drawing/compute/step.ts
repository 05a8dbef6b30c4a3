/** One iteration, however it is computed: what it is given, what it gives, and how the state takes it. */
import type { Tone } from '../../colour/tones.js';
import { type Objective, weightsAt } from '../../objectives/objective.js';
import type { Term } from '../../objectives/term.js';
import { mapNamed, type Named } from '../../onnx/named.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import type { DrawingState } from '../state.js';
import type { Tensors } from './sessions.js';

/** What a phase is computed with, beside its site and its plan. */
export interface PhaseInput {
  /** float32[C, H, W] in the network's space. */
  readonly photo: Float32Array;
  /** Goals that are there already, by name. */
  readonly known: ReadonlyMap<string, Tensor>;
  /** How frames show the canvas. */
  readonly tone: Tone;
  /** The share of the drawing's iterations that are done before one of the phase's, counted from 0. */
  progressAt(iteration: number): number;
}

/** What an iteration gives. */
export interface Step {
  /** The loss of the canvas before the step, and each term's part of it. */
  readonly loss: number;
  readonly losses: Named<number>;
  /** The canvas after it in the phase's tone: 8-bit R, G, B, interleaved [H, W, 3]. */
  readonly frame: Uint8Array;
}

/** A phase that is ready to be computed. The loop knows only this interface. */
export interface OpenPhase {
  /** One iteration: gradient, step and frame. It moves the state on. */
  /** @param iteration its place in the phase, from 0. */
  step(iteration: number): Promise<Step>;
  /** Frees what the phase alone needed; the state lives on. */
  release(): Promise<void>;
}

/** The numbers of the optimizer's next step as inputs of its graph. */
export const stepScalars = (
  { optimizer, learningRateAt }: Pick<Phase, 'optimizer' | 'learningRateAt'>,
  { steps }: DrawingState,
  iteration: number,
): Tensors => scalars(optimizer.scalars(steps + 1, learningRateAt(iteration)));

/** The weights of terms that change, as inputs of a graph. */
export const weightScalars = ({ objective }: Pick<Phase, 'objective'>, iteration: number): Tensors =>
  scalars(weightsAt(objective, iteration));

const scalars = (numbers: Named<number>): Tensors => mapNamed(numbers, (value) => new Tensor('float32', [value], []));

/** Moves the state on to what a step's graph gave. */
export function takeStep(state: DrawingState, { optimizer }: Pick<Phase, 'optimizer'>, results: Tensors): void {
  const { parameters, slots } = state;
  const passed = optimizer.passedOn?.(parameters) ?? {};
  const next = (_: unknown, name: string) => results[`${name}_out`] ?? slots[passed[name]!]!;
  state.moveOn({ parameters: mapNamed(parameters, next), slots: mapNamed(slots, next) });
}

/** The losses among what a graph gave. */
export function lossesOf(results: Tensors, objective: Objective): Pick<Step, 'loss' | 'losses'> {
  return { loss: numberIn(results, 'loss'), losses: lossesIn(results, objective, objective.terms) };
}

/** Those of some of the objective's terms. */
export function lossesIn(results: Tensors, objective: Objective, terms: readonly Term[]): Named<number> {
  const isOnly = objective.terms.length === 1;
  return Object.fromEntries(terms.map(({ name }) => [name, numberIn(results, isOnly ? 'loss' : `loss ${name}`)]));
}

const numberIn = (results: Tensors, name: string): number => (results[name]!.data as Float32Array)[0]!;
