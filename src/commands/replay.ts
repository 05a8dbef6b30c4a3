/** `vggdraw replay`: computes recorded iterations once more, and says how far they are from what was recorded. */
import { z } from 'zod';
import { renamingField } from '../errors.js';
import type { Moment } from '../golden/golden-file.js';
import type { Distance } from '../golden/replay.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { drawSchema } from './draw/options.js';
import { inputPath } from './input-path.js';
import { memoryOption, networkOption, preprocessOption, providerOption, styleOption } from './options.js';
import { openProgress, type ProgressView } from './progress.js';
import { table } from './table.js';

const schema = drawSchema
  .pick({
    ...{ style: true, network: true, preprocess: true, provider: true, threads: true, memory: true },
    ...{ json: true, quiet: true },
  })
  .extend({ file: inputPath, weights: inputPath.optional(), tolerance: z.number().min(0) });

export const replayCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('file', { describe: "What 'vggdraw record' has written", type: 'string' })
      .option('provider', { ...providerOption, default: 'cpu' })
      .option('weights', {
        describe: 'Where the same weights are [default: where they were when it was recorded]',
        type: 'string',
        requiresArg: true,
      })
      .option('network', { ...networkOption, describe: 'MODEL.onnx that it was recorded with' })
      .option('preprocess', preprocessOption)
      .option('style', { ...styleOption, describe: 'PICTURE[:WEIGHT] that it was recorded with; again for each' })
      .option('threads', { describe: 'Threads that compute [default: as many as recorded it]', requiresArg: true })
      .option('memory', memoryOption)
      .option('tolerance', {
        describe: 'How far the loss and nine tenths of the gradient may be, in parts of themselves',
        default: 1e-3,
        requiresArg: true,
      })
      .option('json', { describe: 'Report on stdout as one JSON object', ...flag })
      .option('quiet', { describe: 'No progress', ...flag })
      .example('$0 replay photo.golden --provider cuda', 'whether CUDA computes what the CPU did')
      .epilogue(
        'Distances are in parts of what was recorded; parted is the share of the gradient that is further away than the tolerance.\n' +
          'Exit code 1 where the loss is further than the tolerance, or the gradient, or what of it has parted, than a tenth.',
      ),
  handler: async (argv) => {
    const { file, tolerance, json, quiet, ...options } = check(schema, argv);
    const [{ readGolden }, { isWithin, replay }] = await Promise.all([
      import('../golden/golden-file.js'),
      import('../golden/replay.js'),
    ]);
    const golden = await readGolden(file);
    const distances: Distance[] = [];
    let provider = options.provider;
    const progress = openProgress(quiet, replayView(golden.moments));
    try {
      progress.advance(0);
      // The file is what is gone on with.
      await renamingField('resume', 'file', async () => {
        for await (const { distance, provider: used } of replay(golden, tolerance, options)) {
          provider = used;
          progress.advance(distances.push(distance));
        }
      });
    } finally {
      progress.stop();
    }
    const beyond = distances.filter((distance) => !isWithin(distance, tolerance));
    process.stdout.write(
      json
        ? `${JSON.stringify({ provider, tolerance, within: beyond.length === 0, iterations: distances })}\n`
        : printed(distances, beyond, provider),
    );
    if (beyond.length > 0) process.exitCode = 1;
  },
};

/** @param moments what is computed, one after another; a step is how many are. */
const replayView = (moments: readonly Moment[]): ProgressView<number> => {
  const { length } = moments;
  return {
    format: '{bar} {value}/{total} | {state}',
    describe: (value) => {
      const next = moments[value]?.after.iterations;
      const state = next === undefined ? 'done' : `computing iteration ${next}`;
      // No line before it takes a while.
      return { value, total: length, fields: { state }, line: `${value} of ${length}, ${state}`, part: -1 };
    },
  };
};

function printed(distances: readonly Distance[], beyond: readonly Distance[], provider: string): string {
  const rows = distances.map(({ iteration, layer, ...apart }) => [
    String(iteration),
    layer,
    ...[apart.loss, apart.gradient, apart.parted, apart.step].map((value) =>
      value === 0 ? '0' : value.toExponential(1),
    ),
  ]);
  const count = distances.length;
  const verdict =
    beyond.length === 0
      ? `within: what ${provider} computes is what was recorded, but for rounding`
      : `outside: on ${provider} ${beyond.length} of ${count} iterations are further from what was recorded than rounding explains`;
  return `${[...table(['iteration', 'layer', 'loss', 'gradient', 'parted', 'step'], rows), verdict].map(oneLine).join('\n')}\n`;
}
