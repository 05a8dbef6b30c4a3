/** `vggdraw artifacts`: what training a model takes, as ONNX files. */
import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { InputError, messageOf } from '../errors.js';
import { checkKeeps } from '../files/inputs.js';
import { oneLine } from '../one-line.js';
import { lossNames } from '../onnx/losses.js';
import { modelInputs } from '../tensor-files/model-inputs.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import {
  modelPositional,
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
  train: z.string().min(1),
  loss: z.enum(lossNames).optional(),
  lossOutput: z.string().min(1).optional(),
  prediction: z.string().min(1).optional(),
  optimizer: z.enum(['adamw', 'sgd']),
  momentum: z.number().min(0).lt(1),
  weightDecay: z.number().min(0).optional(),
  clipNorm: z.number().gt(0).optional(),
  shape: shapesSchema,
  target: targetSchema,
  output: z.string().min(1),
  overwrite: z.boolean(),
});

export const artifactsCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .option('train', {
        describe: 'Weights to train: all, or a regular expression that their names match (^classifier)',
        type: 'string',
        default: 'all',
        requiresArg: true,
      })
      .option('loss', {
        describe: `Loss of the prediction: ${lossNames.join(' | ')} (of logits)`,
        type: 'string',
        requiresArg: true,
      })
      .option('loss-output', { describe: "Or the model's own: the name of a value", type: 'string', requiresArg: true })
      .option('prediction', {
        describe: "Name of the value that is the prediction (default: the model's output)",
        type: 'string',
        requiresArg: true,
      })
      .option('optimizer', { describe: 'adamw | sgd', type: 'string', default: 'adamw', requiresArg: true })
      .option('momentum', { describe: "SGD's momentum, 0 to 1", default: 0, requiresArg: true })
      .option('weight-decay', { describe: 'Decay of weights (default: AdamW 0.01, SGD 0)', requiresArg: true })
      .option('clip-norm', { describe: 'Longest that all gradients together may be in a step', requiresArg: true })
      .option('shape', shapeOption)
      .option('target', targetOption)
      .option('output', outputOption('Folder to write to'))
      .option('overwrite', { describe: 'Replace files that are there', ...flag })
      .example('$0 artifacts net.onnx --shape x=32,3,32,32 --loss cross-entropy -o train', 'to train a classifier')
      .example(
        '$0 artifacts net.onnx --train ^head --loss-output loss --optimizer sgd -o train',
        'its head, by its own loss',
      )
      .epilogue(
        'Files, with the names of onnxruntime-training, in standard operators (p is each weight that is trained):\n' +
          '  training_model.onnx   inputs, target or labels, p, p_grad.accumulation.buffer, lazy_reset_grad\n' +
          '                        → loss, outputs, p_grad.accumulation.out\n' +
          '  eval_model.onnx       inputs, target or labels, p → loss, outputs\n' +
          '  optimizer_model.onnx  learning_rate, step (from 1), p, p_grad, first_order_moments.p, second_order_moments.p\n' +
          '                        → each with _out behind its name\n' +
          '  checkpoint            p, as safetensors\n' +
          'A batch whose size the file leaves open may have any, in each step another.\n' +
          'A model in the training form is trained in it: the first two take its running statistics too, which lie in the\n' +
          'checkpoint, and training_model gives the next, with _out behind their names.\n' +
          'cross-entropy takes logits [N, classes, …] and labels int64[N, …]; the others a target like the prediction.',
      ),
  handler: async (argv) => {
    const options = check(schema, argv);
    const { model, output, overwrite, optimizer, momentum } = options;
    const loss = lossOf(options);
    const { checkTrainingFiles, exportTrainingArtifacts } = await import('../outputs/training-artifacts.js');
    const { adamW, sgd, trainingArtifacts } = await import('../onnx/index.js');
    const files = await checkTrainingFiles(output, overwrite, 'add --overwrite to replace it');
    const inputs = await modelInputs('the model', model);
    for (const path of files) checkKeeps(path, inputs, 'output');
    const weightDecay = options.weightDecay === undefined ? {} : { weightDecay: options.weightDecay };
    if (optimizer === 'adamw' && momentum !== 0) throw new InputError('only SGD has one', { field: 'momentum' });
    const graph = await readModel(model, options.shape);
    const wishes = {
      train: trainOf(options.train),
      loss,
      prediction: options.prediction,
      target: options.target,
      optimizer: optimizer === 'sgd' ? sgd({ momentum, ...weightDecay }) : adamW(weightDecay),
      clipNorm: options.clipNorm,
    };
    const artifacts = naming(model, () => trainingArtifacts(graph, wishes));
    const paths = await exportTrainingArtifacts(artifacts, { output, overwrite });
    const count = Object.keys(artifacts.parameters).length;
    process.stderr.write(`${count} ${count === 1 ? 'weight is' : 'weights are'} trained\n`);
    for (const path of paths)
      process.stdout.write(`${oneLine(path)}  ${((await stat(path)).size / 1e6).toFixed(1)} MB\n`);
  },
};

function lossOf({
  loss,
  lossOutput,
}: {
  loss?: (typeof lossNames)[number] | undefined;
  lossOutput?: string | undefined;
}) {
  if (loss !== undefined && lossOutput !== undefined) {
    throw new InputError("it is the model's own, beside which there is no other; leave one out", {
      field: 'lossOutput',
    });
  }
  if (lossOutput !== undefined) return { output: lossOutput };
  if (loss !== undefined) return loss;
  throw new InputError(`it is missing; choose ${lossNames.join(', ')}, or name the model's own`, { field: 'loss' });
}

function trainOf(text: string): 'all' | RegExp {
  if (text === 'all') return text;
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InputError(`it is no regular expression: ${messageOf(error)}`, { field: 'train' });
  }
}
