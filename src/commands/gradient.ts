/** `vggdraw gradient`: a model with gradients among its outputs. */
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.js';
import { checkKeeps } from '../files/inputs.js';
import { checkOutputFile } from '../files/writable.js';
import { didYouMean } from '../nearest.js';
import { oneLine, shownName } from '../one-line.js';
import type { Graph } from '../onnx/index.js';
import { writeTogether } from '../outputs/together.js';
import { modelInputs } from '../tensor-files/model-inputs.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
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
  model: inputPath,
  wrt: namesOption,
  of: z.string().min(1),
  shape: shapesSchema,
  target: targetSchema,
  output: z.string().min(1),
  data: z.enum(['auto', 'inside', 'beside']),
  overwrite: z.boolean(),
});

/** Constants of that many bytes and more are written beside the model: ONNX Runtime takes less memory for them there. */
const largeBytes = 5e7;

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
      .option('data', {
        describe: 'Where weights go: inside the file, or beside it, in FILE.data, which takes ONNX Runtime less memory',
        choices: ['auto', 'inside', 'beside'],
        default: 'auto',
        defaultDescription: 'beside from 50 MB on',
        requiresArg: true,
      })
      .option('overwrite', { describe: 'Replace a file that is there', ...flag })
      .example('$0 gradient model.onnx --wrt x --of loss -o gradient.onnx', 'adds the output x_grad')
      .example('$0 gradient net.onnx --shape x=1,3,64,64 --wrt x,conv1.weight --of loss -o out.onnx', 'two gradients')
      .epilogue(
        "The gradient of x is the output x_grad, with x's shape and type. Any ONNX Runtime computes it.\n" +
          'Sides that the file leaves open stay so, and it is computed at any size, unless --shape gives numbers for them.\n' +
          "'vggdraw inspect MODEL.onnx' shows the names that there are, and operators without a gradient.",
      ),
  handler: async (argv) => {
    const { model, wrt, of, shape, target, output, data, overwrite } = check(schema, argv);
    const inputs = await modelInputs('the model', model);
    checkKeeps(output, inputs, 'output');
    await checkOutputFile(output, 'output', overwrite, 'add --overwrite to replace it');
    const { differentiate, encodeModelAndData, encodeModelInParts, tuneForCpu } = await import('../onnx/index.js');
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
      const written = target === 'cpu' ? tuneForCpu(graph) : graph;
      const isBeside = data === 'beside' || (data === 'auto' && constantBytes(written) >= largeBytes);
      if (!isBeside) return { [basename(output)]: encodeModelInParts(written) };
      const location = `${basename(output)}.data`;
      checkKeeps(join(dirname(output), location), inputs, 'output');
      const files = encodeModelAndData(written, location);
      return { [basename(output)]: files.model, [location]: files.data };
    });
    await writeTogether(dirname(output), made, overwrite);
    const lines = wrt.map((name) => oneLine(`${name}_grad  ${graph.dtype(name)}[${graph.sides(name).join(', ')}]`));
    const files = Object.entries(made).map(([name, parts]) => {
      const bytes = parts.reduce((sum, { length }) => sum + length, 0);
      return `${oneLine(join(dirname(output), name))}  ${(bytes / 1e6).toFixed(1)} MB`;
    });
    process.stdout.write(`${[...files, ...lines].join('\n')}\n`);
  },
};

const constantBytes = (graph: Graph): number =>
  [...graph.initializers.values()].reduce((sum, value) => sum + value.data.length, 0);
