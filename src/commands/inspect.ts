/** `vggdraw inspect`: what a model is, and what there is for its operators. */
import { z } from 'zod';
import { InputError } from '../errors.js';
import { oneLine } from '../one-line.js';
import type { ModelReport, ValueReport } from '../onnx/index.js';
import { namesIn } from '../onnx/sides.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import { modelPositional, naming, readModel, shapeOption, shapesSchema } from './model-file.js';
import { table } from './table.js';

const schema = z.object({ model: inputPath, shape: shapesSchema, json: z.boolean() });

export const inspectCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .option('shape', shapeOption)
      .option('json', { describe: 'Report on stdout as one JSON object, with the shapes of all values', ...flag })
      .example('$0 inspect model.onnx', 'what it is')
      .example('$0 inspect net.onnx --shape x=1,3,224,224 --json', 'for programs')
      .epilogue(
        'Sides that the file leaves open have their names, or what is computed of them: 64*N. Work, memory and layers\n' +
          'are counted with numbers for them, which are said, or with those of --shape.\n' +
          'An operator lacks shapes where they are not inferred, a gradient where it can not be differentiated\n' +
          'by an input, and kernels of providers that would leave it to the CPU. Layers are values that have\n' +
          'channels and positions: their stride is in pixels, their depth in convolutions and products. Presets\n' +
          "may name them (draw --network), and those that stand in for VGG-19's say for which.",
      ),
  handler: async (argv) => {
    const { model, shape, json } = check(schema, argv);
    const { inspectModel } = await import('../onnx/index.js');
    const graph = await readModel(model, shape);
    const report = naming(model, () => inspectModel(graph));
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : printModel(model, report, await standingIn(model)));
  },
};

/** Which layers of presets, which are VGG-19's, each layer of a network stands in for; none where a drawing can't look with it. */
async function standingIn(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const { defaultNetwork, networkOf, readNetwork } = await import('../networks/index.js');
  const found = new Map<string, string[]>();
  try {
    const network = await networkOf(await readNetwork(file));
    for (const name of defaultNetwork.layers) {
      const own = network.find(name);
      found.set(own, [...(found.get(own) ?? []), name]);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
  }
  return found;
}

/** The report as lines of text. @param standing which of VGG-19's layers each layer stands in for. */
export function printModel(
  file: string,
  report: ModelReport,
  standing: ReadonlyMap<string, readonly string[]>,
): string {
  const { count, bytes } = report.parameters;
  const unknown = `not known, because ${whyUnknown(report)}`;
  const assumed = Object.entries(report.assumed).map(([side, number]) => `${side} = ${number}`);
  const where = assumed.length === 0 ? '' : `, with ${assumed.join(', ')}`;
  const lines = [
    `${file}: operator set ${report.opset}, ${count} parameters (${megabytes(bytes)})`,
    ...report.inputs.map((value) => `input   ${described(value)}`),
    ...report.outputs.map((value) => `output  ${described(value)}`),
    `work    ${report.flops === undefined ? unknown : `${(report.flops / 1e9).toPrecision(3)} GFLOP in convolutions and products${where}`}`,
    `memory  ${report.peakBytes === undefined ? unknown : `${megabytes(report.peakBytes)} of values at most${where}`}`,
    '',
    ...table(
      ['operator', 'nodes', 'lacks'],
      report.operators.map((operator) => [operator.operator, String(operator.count), lacks(operator)]),
    ),
    '',
    ...(report.layers.length === 0
      ? ['no layers: no value is float32 [1, channels, height, width] and made of a picture']
      : table(
          ['layer', 'shape', 'stride', 'depth', 'by', 'in presets'],
          report.layers.map(({ name, shape, stride, depth, operator }) => [
            name,
            shape.join('×'),
            String(stride),
            String(depth),
            operator,
            fromTo(standing.get(name) ?? []),
          ]),
        )),
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}

function whyUnknown({ inputs, assumed }: ModelReport): string {
  const open = namesIn(inputs.flatMap(({ shape }) => shape ?? [])).map(({ key }) => key);
  if (open.length === 0 || Object.keys(assumed).length > 0) return 'shapes are not';
  return `${open.join(', ')} ${open.length === 1 ? 'is' : 'are'} left open: --shape gives numbers`;
}

/** Of several names in order the first and the last. */
const fromTo = (names: readonly string[]): string => [...new Set([names[0] ?? '', names.at(-1) ?? ''])].join(' … ');

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const described = ({ name, dtype, shape }: ValueReport): string =>
  `${name}  ${dtype === undefined ? 'type and shape not known' : `${dtype}[${shape!.join(', ')}]`}`;

function lacks({ shape, withoutGradient, withoutKernel }: ModelReport['operators'][number]): string {
  const missing = [
    ...(shape ? [] : ['shapes']),
    ...(withoutGradient.length === 0 ? [] : [`gradient by input ${withoutGradient.join(', ')}`]),
    ...(withoutKernel.length === 0 ? [] : [`kernels of ${withoutKernel.join(', ')}`]),
  ];
  return missing.join('; ');
}
