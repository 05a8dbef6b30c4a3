/** `vggdraw look`: what the network sees in a photo, as a sheet. */
import { basename, extname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import { drawDefaults } from '../drawing/recipe/options.js';
import { checkKeeps } from '../files/inputs.js';
import { checkOutputFile, writeNamed } from '../files/writable.js';
import { stillFormatOf } from '../image/still-formats.js';
import { networkInputs } from '../jobs/inputs.js';
import type { Look } from '../looking/look.js';
import type { Step } from '../looking/thread/messages.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { pictureName } from './draw/file-names.js';
import { drawSchema } from './draw/options.js';
import { Interruption } from './interruption.js';
import {
  memoryOption,
  networkOption,
  preprocessOption,
  providerOption,
  threadsOption,
  weightsOption,
} from './options.js';
import { type DescribedStep, openProgress, type ProgressView } from './progress.js';

/** Options of `draw` that say how a photo is looked at. */
const seen = drawSchema.pick({
  ...{ photo: true, size: true, weights: true, network: true, preprocess: true, provider: true, threads: true },
  ...{ memory: true, overwrite: true, json: true, quiet: true },
});

const schema = seen.extend({
  layer: z.string().min(1),
  output: pictureName('sheet').optional(),
  channels: z.number().int().min(1).max(128),
  channel: z.number().int().min(0).optional(),
});

export const lookCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('photo', { describe: 'JPEG, PNG, WebP, AVIF, HEIC, TIFF, GIF or BMP', type: 'string' })
      .option('layer', {
        describe:
          "Layer that looks, as Keras names it (block1_conv1 … block5_pool; conv3_2 does too); with --network one of its own, which 'vggdraw inspect' lists",
        type: 'string',
        demandOption: true,
        requiresArg: true,
      })
      .option('output', {
        alias: 'o',
        describe:
          "Sheet to write, .png, .jpg, .webp or .avif [default: the photo's and the layer's name with .png, in this folder]",
        type: 'string',
        requiresArg: true,
      })
      .option('channels', {
        describe: 'How many channels are shown, the strongest: up to 128',
        default: 24,
        requiresArg: true,
      })
      .option('channel', {
        describe:
          'Instead, a channel by its number: what excites it, drawn from noise, beside the parts of the photo that do most',
        requiresArg: true,
      })
      .option('size', {
        describe: 'Longest side at which the photo is looked at, in pixels; never enlarges',
        default: drawDefaults.size,
        requiresArg: true,
      })
      .option('weights', weightsOption)
      .option('network', {
        ...networkOption,
        describe: 'MODEL.onnx that looks in place of VGG-19: its input is one picture',
      })
      .option('preprocess', preprocessOption)
      .option('provider', providerOption)
      .option('threads', threadsOption)
      .option('memory', { ...memoryOption, describe: 'Memory to keep to, such as 4G or 512M [default: what is free]' })
      .option('overwrite', { describe: 'Replace a sheet that is there', ...flag })
      .option('json', { describe: 'Report on stdout, one JSON object: the numbers of all channels', ...flag })
      .option('quiet', { describe: 'No progress', ...flag })
      .example(
        '$0 look photo.jpg --layer block3_conv2',
        'photo-block3_conv2.png: its strongest channels, and how they act together',
      )
      .example('$0 look photo.jpg --layer block3_conv2 --channel 17', 'what channel 17 likes')
      .example('$0 look photo.jpg --layer block1_conv2 --json', 'numbers to go on with')
      .epilogue(
        'Channels are those with the greatest mean; zeros is the share of positions at which a channel is exactly 0. Pictures are white at 0,\n' +
          'their darkest is the greatest activation of each channel, and roots lie between. What is below 0, before a ReLU, is red.',
      ),
  handler: async (argv) => {
    const { photo, output, channels, overwrite, json, quiet, ...options } = check(schema, argv);
    const { layer, channel, weights, network } = options;
    const path = output ?? sheetName(photo, layer, channel);
    await checkOutputFile(path, 'output', overwrite, 'add --overwrite to replace it');
    const inputs = [{ name: 'the photo', path: photo }, ...(await networkInputs({ network, weights }))];
    checkKeeps(path, inputs, 'output');
    // Loaded only now: the other commands need not wait for it.
    const [{ look }, { lookSheet }, { encodeStill }] = await Promise.all([
      import('../looking/look.js'),
      import('../looking/sheet.js'),
      import('../image/encode-still.js'),
    ]);
    const progress = openProgress(quiet, view);
    const interruption = new Interruption(
      () => false,
      () => progress.stop(),
    );
    try {
      const looked = await look(photo, options, (step) => progress.advance(step));
      progress.advance('sheet');
      const sheet = await lookSheet(looked, { title: basename(photo), channels });
      const made = `what ${looked.layer} sees in ${basename(photo)}`;
      const file = await buffer(encodeStill(stillFormatOf(path)!, sheet, [sheet], made));
      await writeNamed(path, 'output', file);
      progress.stop();
      process.stdout.write(json ? `${JSON.stringify(report(looked, path))}\n` : `${oneLine(path)}\n`);
    } finally {
      progress.stop();
      await interruption.release();
    }
  },
};

/** Named after the photo and what looked at it, in this folder. */
function sheetName(photo: string, layer: string, channel: number | undefined): string {
  const of = layer.replace(/[^\w.-]+/g, '_');
  return `${[basename(photo, extname(photo)), of, ...(channel === undefined ? [] : [channel])].join('-')}.png`;
}

/** The numbers of it. */
function report({ photo, layer, weights, network, provider, activation, channels, excited }: Look, output: string) {
  const { width, height } = photo;
  const [count, down, across] = activation.shape;
  return {
    output,
    size: { width, height },
    layer,
    ...(network === undefined ? { weights } : { network }),
    provider,
    shape: { channels: count, height: down, width: across },
    channels,
    ...(excited && { excited: { channel: excited.channel, liked: excited.liked.mean, patches: excited.patches } }),
  };
}

const view: ProgressView<Step | 'sheet'> = {
  format: '{doing} {bar} {percentage} %',
  describe: (step) => {
    if (step === 'sheet') return stage('making the sheet', 1, 2);
    if (step.kind === 'looking') return stage('looking at the photo', 0, 0);
    return stage('drawing what the channel likes', step.iterations / step.of, 1);
  },
};

/** @param share of it that is done. */
function stage(doing: string, share: number, part: number): DescribedStep {
  const value = Math.round(100 * share);
  return { value, total: 100, fields: { doing }, line: share % 1 === 0 ? doing : `${doing}: ${value} %`, part };
}
