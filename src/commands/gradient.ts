/** `vggdraw gradient`: a model with gradients among its outputs. */
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { checkKeeps } from '../files/inputs.js';
import { checkOutputFile } from '../files/writable.js';
import { didYouMean } from '../nearest.js';
import { oneLine, shownName } from '../one-line.js';
import { writeTogether } from '../outputs/together.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import {
  modelPositional,
  namesOption,
  naming,
  readModel,
  shapeOption,
  shapesSchema,
  targetOption,
  targetSchema,
} from './model-file.js';
import { outputOption } from './options.js';

const schema = z.object({
  model: z.string().min(1),
  wrt: namesOption,
  of: z.string().min(1),
  shape: shapesSchema,
  target: targetSchema,
  output: z.string().min(1),
  overwrite: z.boolean(),
});

export const gradientCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .option('wrt', {
        describe:
          'Inputs, weights or values in between to differentiate by: their names, with commas, or the option again',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('of', {
        describe: 'What is differentiated: the name of a value that is a single float, a loss',
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('shape', shapeOption)
      .option('target', targetOption)
      .option('output', outputOption('File to write'))
      .option('overwrite', { describe: 'Replace a file that is there', ...flag })
      .example('$0 gradient model.onnx --wrt x --of loss -o gradient.onnx', 'adds the output x_grad')
      .example('$0 gradient net.onnx --shape x=1,3,64,64 --wrt x,conv1.weight --of loss -o out.onnx', 'two gradients')
      .epilogue(
        "The gradient of x is the output x_grad, with x's shape and type. Any ONNX Runtime computes it.\n" +
          "'vggdraw inspect MODEL.onnx' shows the names that there are, and operators without a gradient.",
      ),
  handler: async (argv) => {
    const { model, wrt, of, shape, target, output, overwrite } = check(schema, argv);
    checkKeeps(output, [{ name: 'the model', path: model }], 'output');
    await checkOutputFile(output, 'output', overwrite, 'add --overwrite to replace it');
    const { differentiate, encodeModel, tuneForCpu } = await import('../onnx/index.js');
    const graph = await readModel(model, shape);
    const values = [...graph.inputs, ...graph.initializers.keys(), ...graph.nodes.flatMap(({ outputs }) => outputs)];
    const mustHave = (name: string, field: string): void => {
      if (graph.has(name)) return;
      const reason = `${shownName(model)} has no value '${shownName(name)}'${didYouMean(name, values)}`;
      throw new InputError(reason, { field });
    };
    mustHave(of, 'of');
    for (const name of wrt) mustHave(name, 'wrt');
    const made = naming(model, () => {
      if (!graph.outputs.includes(of)) graph.output(of);
      const gradients = differentiate(graph, { of, wrt, target });
      wrt.forEach((name, i) => {
        graph.output(gradients[i]!, `${name}_grad`);
      });
      return encodeModel(target === 'cpu' ? tuneForCpu(graph) : graph);
    });
    await writeTogether(dirname(output), { [basename(output)]: made }, overwrite);
    const lines = wrt.map((name) => oneLine(`${name}_grad  ${graph.dtype(name)}[${graph.shape(name).join(', ')}]`));
    process.stdout.write(`${[`${oneLine(output)}  ${(made.length / 1e6).toFixed(1)} MB`, ...lines].join('\n')}\n`);
  },
};
