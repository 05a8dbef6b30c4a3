/** `vggdraw weights info`: what a file of weights contains. */
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import type { WeightsReport } from '../../networks/vgg19/weights/inspect.js';
import { oneLine } from '../../one-line.js';
import { check } from '../../validation.js';
import { flag } from '../arguments.js';
import { inputPath } from '../input-path.js';

const schema = z.object({ file: inputPath, json: z.boolean() });

export const infoCommand: CommandModule = {
  command: 'info <file>',
  describe: 'Show what a file of weights contains',
  builder: (yargs) =>
    yargs
      .positional('file', { describe: 'Keras HDF5, ONNX, safetensors or a TensorFlow.js model.json', type: 'string' })
      .option('json', { describe: 'Report on stdout as one JSON object', ...flag }),
  handler: async (argv) => {
    const { file, json } = check(schema, argv);
    // Loaded only now: the other commands need not wait for it.
    const { inspectWeights } = await import('../../networks/vgg19/weights/inspect.js');
    const report = await inspectWeights(file);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : printReport(file, report));
  },
};

/** The report as lines of text: what it is, and a table with a row per layer. */
export function printReport(file: string, { format, preprocessing, layers }: WeightsReport): string {
  const number = (value: number) => value.toPrecision(4);
  const rows = [
    ['layer', 'kernel', 'bias', 'min', 'max', 'mean'],
    ...layers.map(({ name, kernelShape, biasShape, min, max, mean }) => [
      ...[name, kernelShape.join('×'), biasShape.join('×')],
      ...[min, max, mean].map(number),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  // Names to the left, numbers to the right.
  const align = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  const lines = [
    `${oneLine(file)}: ${format}, ${preprocessing} preprocessing`,
    ...rows.map((row) => row.map(align).join('  ')),
  ];
  return `${lines.join('\n')}\n`;
}
