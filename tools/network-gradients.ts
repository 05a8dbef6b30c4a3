/**
 * Holds our gradients of networks that PyTorch exports against PyTorch's own: of torchvision's and of small ones of other kinds, in their
 * inputs and, where these are few, in their parameters. Each is exported, differentiated, run and removed again before the next.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { pythonWithTorch } from './measuring.js';
import { compareGradients } from './network-gradients/compare.js';
import { type Exported, startExporter } from './network-gradients/exporter.js';

/** Relative L2 that rounding in float32 may make in a deep network. It may be three times what PyTorch's float32 is off, where that is more. */
const tolerance = 2e-5;

/** Small networks with their gradients, each two files. */
const stored = 'test/onnx/networks';

const options = await yargs(hideBin(process.argv))
  .usage('npm run network-gradients -- [options]')
  .option('only', {
    type: 'string',
    default: '.',
    describe: 'Networks alone whose names match that regular expression',
  })
  .option('write', {
    type: 'boolean',
    default: false,
    describe: `Renew the networks in ${stored}, to which a test holds ours`,
  })
  .option('keep', { type: 'string', describe: 'A folder to write exports and references to, which then stay' })
  .option('required', { type: 'boolean', default: false, describe: 'Fail where no python has PyTorch' })
  .strict()
  .parseAsync();

const python = await pythonWithTorch();
if (python === undefined) {
  process.stdout.write('network-gradients: no python has PyTorch (Debian: python3-torch, python3-torchvision)\n');
  process.exit(options.required ? 1 : 0);
}
const kept = options.write ? stored : options.keep;
const folder = kept ?? (await mkdtemp(join(tmpdir(), 'vggdraw-networks-')));
const exporter = startExporter(python, folder);
const print = (cells: readonly (string | number)[]): void => {
  const columns = cells.map((cell, i) => String(cell).padEnd([26, 5, 5, 11, 9, 9, 9, 9][i] ?? 0));
  process.stdout.write(`${columns.join(' ').trimEnd()}\n`);
};
const shown = (error: number | undefined): string => error?.toExponential(1) ?? '–';

let agreed = 0;
try {
  const names = (await exporter.names()).filter(
    (name) => new RegExp(options.only).test(name) && (!options.write || existsSync(join(stored, `${name}.onnx`))),
  );
  print(['network', 'opset', 'sides', 'nodes', 'by inputs', 'PyTorch', 'by params', 'PyTorch']);
  let next = exporter.export(names[0] ?? '');
  for (const [i, name] of names.entries()) {
    const exported = await next;
    // The next one is exported while this one runs.
    if (i + 1 < names.length) next = exporter.export(names[i + 1]!);
    if (await agrees(name, exported)) agreed++;
    if (kept !== undefined) continue;
    for (const suffix of ['onnx', 'safetensors']) await rm(join(folder, `${name}.${suffix}`), { force: true });
  }
  process.stdout.write(`${agreed} of ${names.length} agree\n`);
  if (agreed < names.length) process.exitCode = 1;
} finally {
  exporter.close();
  if (kept === undefined) await rm(folder, { recursive: true });
}

/**
 * Whether a network's gradients agree, with the weights and inputs that it was exported with or with others: a value within rounding of
 * a bend may fall on its other side on another processor, and a wrong gradient is wrong for all of them.
 */
async function agrees(name: string, exported: Exported | { readonly error: string }): Promise<boolean> {
  if (await tells(name, exported)) return true;
  for (const draw of [1, 2]) {
    if (await tells(name, await exporter.export(name, draw))) return true;
  }
  return false;
}

/** Prints a network's line. @returns whether its gradients agree. */
async function tells(name: string, exported: Exported | { readonly error: string }): Promise<boolean> {
  if ('error' in exported) {
    print([name, `is not exported: ${exported.error}`]);
    return false;
  }
  const found = await compareGradients(folder, name).catch((error: Error) => error);
  if (found instanceof Error) {
    print([name, exported.opset, exported.dynamic ? 'open' : '', found.message]);
    return false;
  }
  const { nodes, inputs, parameters, loss } = found;
  // What is exported of some operators is not what they are.
  const isSame = Math.abs(loss - exported.loss) <= 1e-3 * Math.max(1, Math.abs(exported.loss));
  const agrees = isSame && isClose(inputs, exported.inputs) && isClose(parameters, exported.parameters);
  print([
    ...[name, exported.opset, exported.dynamic ? 'open' : '', nodes.join(' → ')],
    ...[shown(inputs), shown(exported.inputs), shown(parameters), shown(exported.parameters)],
    agrees ? 'agrees' : isSame ? 'DIFFERS' : `DIFFERS: the loss is ${loss}, not ${exported.loss}`,
  ]);
  return agrees;
}

function isClose(error = 0, own: number): boolean {
  return error <= Math.max(tolerance, 3 * own);
}
