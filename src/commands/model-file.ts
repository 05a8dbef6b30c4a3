/** Files of models that commands are given. */
import { z } from 'zod';
import { InputError } from '../errors.js';
import { shownName } from '../one-line.js';
import type { Graph, Shape } from '../onnx/index.js';
import { targets } from '../onnx/provider-kernels.js';
import { readBeside, readModelFile } from '../tensor-files/onnx-file.js';

/** An option that is given several times, or once with commas. */
export const namesOption = z
  .union([z.string(), z.array(z.string())])
  .transform((given) => [given].flat().flatMap((names) => names.split(',')))
  .refine((names) => names.every((name) => name !== ''), { error: 'a name is empty' });

export const shapeOption = {
  describe:
    'Shape of an input, where the file leaves it open and it is to have one: x=1,3,224,224. May be given several times',
  type: 'string',
  requiresArg: true,
} as const;

export const targetOption = {
  describe: `Provider that gradients are written for: ${targets.join(' | ')}`,
  type: 'string',
  default: 'cpu',
  requiresArg: true,
} as const;

export const modelPositional = { describe: 'ONNX file, with what lies beside it', type: 'string' } as const;

/** `x=1,3,224,224`, any number of them, as shapes by names. */
export const shapesSchema = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((given, context) => {
    const shapes: Record<string, Shape> = {};
    for (const text of given === undefined ? [] : [given].flat()) {
      const [, name, sides] = /^(.+)=([\d,]*)$/.exec(text) ?? [];
      const shape = sides === '' ? [] : sides?.split(',').map(Number);
      if (name === undefined || !shape?.every((side) => Number.isSafeInteger(side) && side > 0)) {
        context.addIssue({
          code: 'custom',
          message: `expected NAME=SIDES, like x=1,3,224,224, not '${shownName(text)}'`,
        });
        return z.NEVER;
      }
      shapes[name] = shape;
    }
    return shapes;
  });

export const targetSchema = z.enum(targets);

/**
 * Reads a model, with the values of tensors in files beside it.
 * @throws InputError that names the file, where it can't be read or is no model, and node and operator where one of these is at fault.
 */
export async function readModel(path: string, inputShapes: Readonly<Record<string, Shape>>): Promise<Graph> {
  const bytes = await readModelFile(path);
  // Loaded only now: help need not wait for it.
  const { loadModel } = await import('../onnx/index.js');
  const graph = naming(path, () => loadModel(bytes, { inputShapes }));
  for (const name of Object.keys(inputShapes)) {
    if (graph.inputs.includes(name)) continue;
    const inputs = graph.inputs.map(shownName).join(', ') || 'none';
    throw new InputError(`${shownName(path)} has no input '${shownName(name)}'; its inputs are ${inputs}`, {
      field: 'shape',
    });
  }
  for (const [name, value] of graph.initializers) {
    if (value.data instanceof Uint8Array) continue;
    graph.initializers.set(name, { ...value, data: await readBeside(path, value.data) });
  }
  return graph;
}

/** What a step with a model gives. What it finds wrong with the model is the person's to mend, and names the file. */
export function naming<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    // Of a kind of its own (TypeError) it is a fault of ours.
    if (!(error instanceof Error) || error.name !== 'Error') throw error;
    const message = error.message.replace('in inputShapes', 'with --shape NAME=SIDES');
    throw new InputError(`${shownName(path)}: ${message}`, { cause: error });
  }
}
