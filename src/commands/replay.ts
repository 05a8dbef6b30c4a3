/** `vggdraw replay`: computes recorded iterations once more, and says how far they are from what was recorded. */
import { z } from 'zod';
import { renamingField } from '../errors.js';
import type { Distance } from '../golden/replay.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import { table } from './table.js';

const text = z.string().min(1);

const schema = z.object({
  file: inputPath,
  provider: text,
  weights: inputPath.optional(),
  threads: z.number().int().min(1).max(1024).optional(),
  tolerance: z.number().min(0),
  json: z.boolean(),
});

export const replayCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('file', { describe: "What 'vggdraw record' has written", type: 'string' })
      .option('provider', {
        describe: "What computes; 'vggdraw providers' shows what there is",
        type: 'string',
        default: 'cpu',
        requiresArg: true,
      })
      .option('weights', {
        describe: 'Where the same weights are [default: where they were when it was recorded]',
        type: 'string',
        requiresArg: true,
      })
      .option('threads', { describe: 'Threads that compute [default: as many as recorded it]', requiresArg: true })
      .option('tolerance', {
        describe: 'How far the loss and nine tenths of the gradient may be, in parts of themselves',
        default: 1e-3,
        requiresArg: true,
      })
      .option('json', { describe: 'Report on stdout as one JSON object', ...flag })
      .example('$0 replay photo.golden --provider cuda', 'whether CUDA computes what the CPU did')
      .epilogue(
        'Distances are in parts of what was recorded; parted is the share of the gradient that is further away than the tolerance.\n' +
          'Exit code 1 where the loss is further than the tolerance, or the gradient, or what of it has parted, than a tenth.',
      ),
  handler: async (argv) => {
    const { file, tolerance, json, ...options } = check(schema, argv);
    const [{ readGolden }, { isWithin, replay }] = await Promise.all([
      import('../golden/golden-file.js'),
      import('../golden/replay.js'),
    ]);
    const golden = await readGolden(file);
    const distances: Distance[] = [];
    let provider = options.provider;
    // The file is what is gone on with.
    await renamingField('resume', 'file', async () => {
      for await (const { distance, provider: used } of replay(golden, tolerance, options)) {
        distances.push(distance);
        provider = used;
      }
    });
    const beyond = distances.filter((distance) => !isWithin(distance, tolerance));
    process.stdout.write(
      json
        ? `${JSON.stringify({ provider, tolerance, within: beyond.length === 0, iterations: distances })}\n`
        : printed(distances, beyond, provider),
    );
    if (beyond.length > 0) process.exitCode = 1;
  },
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
