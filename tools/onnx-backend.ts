/**
 * Loads the models of ONNX's backend tests (Debian: libonnx-testdata), and counts which are read,
 * which are refused and why, and what of those that are read ONNX Runtime computes once they are encoded again: the outputs that the
 * tests say, or others.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { messageOf } from '../src/errors.js';
import { type Graph, loadModel } from '../src/onnx/index.js';
import { onnx } from '../src/onnx/proto.js';
import { backendModels } from './backend-gradients/models.js';
import { apart, modelFolders } from './onnx-backend/models.js';
import { compared } from './onnx-backend/running.js';

const options = await yargs(hideBin(process.argv))
  .usage('npm run onnx-backend -- [options]')
  .option('data', { type: 'string', default: backendModels, describe: 'The folder of the tests' })
  .option('run', { type: 'boolean', default: false, describe: 'Runs what is read, and compares' })
  .option('only', { type: 'string', default: '', describe: 'Only tests with this in their names' })
  .strict()
  .parseAsync();

if (!existsSync(options.data)) {
  process.stdout.write(`${options.data} is not there; install libonnx-testdata, or name its folder with --data\n`);
  process.exit(1);
}

const folders = modelFolders(options.data).filter((folder) => folder.includes(options.only));

const counts = { loaded: 0, refused: 0, apart: 0, allTypes: 0 };
const results = new Map<string, string[]>();
for (const folder of folders) {
  const name = relative(options.data, folder);
  const bytes = readFileSync(join(folder, 'model.onnx'));
  const model = onnx.ModelProto.decode(bytes);
  const reason = apart(model);
  try {
    const graph = loadModel(bytes);
    counts.loaded++;
    const unknown = graph.nodes.flatMap(({ outputs }) => outputs).filter((value) => value && !graph.knownType(value));
    if (unknown.length === 0) counts.allTypes++;
    else note('loads with values of unknown types', `${name}: ${unknown.length}, ${why(graph, unknown[0]!)}`);
    if (reason) note('loads all the same', `${name} (${reason})`);
    else if (options.run) note(await compared(folder, model, bytes, graph), name);
  } catch (error) {
    if (reason) {
      counts.apart++;
      note('apart', `${name}: ${reason}`);
    } else {
      counts.refused++;
      note('refused', `${name}: ${messageOf(error)}`);
    }
  }
}
for (const [result, names] of [...results].sort())
  process.stdout.write(`\n${result}: ${names.length}\n  ${names.join('\n  ')}\n`);
process.stdout.write(
  `\n${folders.length} models: ${counts.loaded} load (${counts.allTypes} with the types of all values), ${counts.refused} are refused, ` +
    `${counts.apart} are apart\n`,
);

function note(result: string, name: string): void {
  results.set(result, [...(results.get(result) ?? []), name]);
}

function why(graph: Graph, value: string): string {
  try {
    graph.type(value);
    return '';
  } catch (error) {
    return messageOf(error);
  }
}
