/**
 * Holds our gradients of networks that PyTorch exports against PyTorch's own: of torchvision's and of small ones of other kinds, in their
 * inputs and, where these are few, in their parameters. Each is exported, differentiated, run and removed again before the next.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { pythonWithTorch } from './measuring.js';
import { type Comparison, compareGradients } from './network-gradients/compare.js';
import { type Exported, startExporter } from './network-gradients/exporter.js';

/** Relative L2 that rounding in float32 may make, where PyTorch's float32 is nearer to its float64 than a third of that. */
const tolerance = 2e-5;

const options = await yargs(hideBin(process.argv))
  .usage('npm run network-gradients -- [options]')
  .option('only', { type: 'string', default: '.', describe: 'Networks alone whose names match that regular expression' })
  .option('keep', { type: 'string', describe: 'A folder to write exports and references to, which then stay' })
  .option('required', { type: 'boolean', default: false, describe: 'Fail where no python has PyTorch' })
  .strict()
  .parseAsync();

const python = await pythonWithTorch();
if (python === undefined) {
  process.stdout.write('network-gradients: no python has PyTorch (Debian: python3-torch, python3-torchvision)\n');
  process.exit(options.required ? 1 : 0);
}
const folder = options.keep ?? (await mkdtemp(join(tmpdir(), 'vggdraw-networks-')));
const exporter = startExporter(python, folder);
const pattern = new RegExp(options.only);
const print = (cells: readonly (string | number)[]): void => {
  const widths = [26, 6, 5, 12, 9, 9, 9, 9];
  process.stdout.write(`${cells.map((cell, i) => String(cell).padEnd(widths[i] ?? 0)).join(' ').trimEnd()}\n`);
};
const shown = (error: number | null | undefined): string => error?.toExponential(1) ?? '–';
const isClose = (error = 0, own: number | null = 0): boolean => error <= Math.max(tolerance, 3 * (own ?? 0));

print(['network', 'opset', 'sides', 'nodes', 'by inputs', 'PyTorch', 'by params', 'PyTorch', '']);
let [tried, agreed] = [0, 0];
for (const name of (await exporter.names()).filter((name) => pattern.test(name))) {
  tried++;
  const exported = await exporter.export(name);
  if ('error' in exported) {
    print([name, '', '', '', '', '', '', '', `is not exported: ${exported.error}`]);
    continue;
  }
  const found = await compareGradients(folder, name).catch((error: Error) => error.message);
  const verdict = typeof found === 'string' ? found : verdictOf(found, exported);
  if (verdict === 'agrees') agreed++;
  const { nodes, inputs, parameters } = typeof found === 'string' ? { nodes: [] } : found;
  print([
    ...[name, exported.opset, exported.dynamic ? 'open' : '', nodes.join(' → ')],
    ...[shown(inputs), shown(exported.inputs), shown(parameters), shown(exported.parameters), verdict],
  ]);
  if (options.keep === undefined) {
    for (const suffix of ['onnx', 'safetensors']) await rm(join(folder, `${name}.${suffix}`));
  }
}
exporter.close();
if (options.keep === undefined) await rm(folder, { recursive: true });
process.stdout.write(`${agreed} of ${tried} agree\n`);
process.exitCode = agreed < tried ? 1 : 0;

function verdictOf({ inputs, parameters, loss }: Comparison, own: Exported): string {
  // What is exported of some operators is not what they are.
  if (!(Math.abs(loss - own.loss) <= 1e-3 * Math.max(1, Math.abs(own.loss)))) return `DIFFERS: the loss is ${loss}, not ${own.loss}`;
  return isClose(inputs, own.inputs) && isClose(parameters, own.parameters) ? 'agrees' : 'DIFFERS';
}
