/** What the process that computes on WebGPU tells the test. */

/** The parts of ../shared/reference/SIZE/manifest.json that are used. */
export interface Manifest {
  height: number;
  width: number;
  layers: Record<string, { shape: number[]; loss: Record<'white' | 'noise', number> }>;
  sketch: { schedule: { layer: string; iterations: number; lr: number; newOptimizer: boolean }[]; losses: number[] };
}

/** Relative errors at a layer, for a canvas to start from. */
export interface Gradient {
  layer: string;
  start: 'white' | 'noise';
  loss: number;
  gradient: number;
}

/** How far the canvas after an iteration is from the reference's. */
export interface Canvas {
  index: number;
  /** Relative error of the loss. */
  loss: number;
  /** The greatest difference. */
  worst: number;
  /** What part of the values differs by more than 1/255 of the range. */
  beyond: number;
  /** Whether the frame is what the canvas looks like. */
  isShown: boolean;
}

/** How many tensors were on the device after an iteration, at the most, and how many in the end. */
export interface Ownership {
  most: number;
  left: number;
}

/** The same drawing on both: each iteration's loss, and a parameter in the end. */
export type Seams = Record<'webgpu' | 'cpu', { losses: number[]; colour: number[] }>;

/** Relative errors of the style term, and the losses of a drawing with it on both. */
export interface Style {
  loss: number;
  gradient: number;
  webgpu: number[];
  cpu: number[];
}

/** How far a term and its gradient by the canvas are from the CPU's: relative errors. */
export interface Term {
  term: string;
  loss: number;
  gradient: number;
}
