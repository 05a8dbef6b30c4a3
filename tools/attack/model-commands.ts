/** The commands on ONNX models, given damaged ones. */
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { onnx as Onnx } from 'onnx-proto';
import type { Case, Draw, Family, Output } from './case.js';
import { excerpt } from './checks.js';
import { changed, drawDamaged, models } from './models.js';

interface Way {
  readonly args: readonly string[];
  readonly outputs: readonly Output[];
}

const files = (...paths: string[]): Output[] => paths.map((path) => ({ path, kind: 'other' }));

/** What is done with `model.onnx`. */
const ways: Readonly<Record<string, Way>> = {
  gradient: {
    args: ['gradient', 'model.onnx', '--wrt', 'x', '--of', 'loss', '-o', 'out.onnx'],
    outputs: files('out.onnx'),
  },
  artifacts: {
    args: ['artifacts', 'model.onnx', '--loss-output', 'loss', '-o', 'training'],
    outputs: files(
      ...['training_model.onnx', 'eval_model.onnx', 'optimizer_model.onnx', 'checkpoint'].map(
        (name) => `training/${name}`,
      ),
    ),
  },
  inspect: { args: ['inspect', 'model.onnx', '--json'], outputs: [] },
};

/** @param names what the line has to have in it, where the model is refused. */
function given(
  what: string,
  way: string,
  prepare: (file: string) => void,
  ends?: number[],
  names: string[] = [],
): Case {
  const { args, outputs } = ways[way]!;
  return {
    what: `${way}: ${what}`,
    prepare: (folder) => prepare(join(folder, 'model.onnx')),
    runs: [{ args, ...(ends ? { ends } : {}), memory: 1e9 }],
    outputs,
    look: (_, [ended]) =>
      names
        .filter((name) => !ended!.stderr.includes(name))
        .map((name) => ({ promised: 'one line', seen: `it does not name ${name}: ${excerpt(ended!.stderr)}` })),
  };
}

const written = (bytes: Uint8Array) => (file: string) => writeFileSync(file, bytes);

/** A model that all three commands refuse, in a line that names the file and more. */
const refused = (what: string, names: string[], prepare: (file: string) => void): Draw[] =>
  Object.keys(ways).map((way) => () => given(what, way, prepare, [1], ['model.onnx', ...names]));

const refusedChange = (what: string, names: string[], change: (graph: Onnx.IGraphProto) => void): Draw[] =>
  refused(what, names, written(changed('convolutions', change)));

const kernelOf = (graph: Onnx.IGraphProto): Onnx.ITensorProto =>
  graph.initializer!.find(({ name }) => name === 'kernel')!;

/** The kernel in a file of 16 bytes beside the model, of which the model says that it has so many. */
const external = (location: string, length: number) => (graph: Onnx.IGraphProto) => {
  const externalData = Object.entries({ location, length }).map(([key, value]) => ({ key, value: String(value) }));
  Object.assign(kernelOf(graph), { rawData: undefined, dataLocation: 1, externalData });
};

const convolution = models.convolutions!;

const known: readonly Draw[] = [
  ...Object.keys(ways).map(
    (way): Draw =>
      () =>
        given('sound', way, written(convolution), [0]),
  ),
  ...refused('cut', [], written(convolution.subarray(0, convolution.length / 2))),
  ...refused('of more than two gigabytes', ['2147483647'], (file) => {
    writeFileSync(file, convolution);
    truncateSync(file, 2 ** 31 + 1);
  }),
  ...refusedChange('a circle', ['Conv', 'circle'], (graph) => {
    graph.node!.find(({ opType }) => opType === 'Conv')!.input![0] = graph.node!.at(-1)!.output![0]!;
  }),
  ...refusedChange('an operator that there is not', ['Convolve'], (graph) => {
    graph.node!.find(({ opType }) => opType === 'Conv')!.opType = 'Convolve';
  }),
  ...refusedChange('a domain that it does not import', ['Conv', 'com.example'], (graph) => {
    graph.node!.find(({ opType }) => opType === 'Conv')!.domain = 'com.example';
  }),
  ...refusedChange('a kernel of other channels', ['Conv'], (graph) => {
    kernelOf(graph).dims = [4, 9, 3, 1];
  }),
  ...refusedChange('external data in another folder', ['kernel', '../../'], external('../../../../etc/passwd', 432)),
  ...refusedChange('external data that is not there', ['none.bin'], external('none.bin', 432)),
  ...refusedChange('external data of two gigabytes', [], external('model.onnx', 2 ** 31)),
];

export const modelCommands: Family = {
  name: 'commands',
  what: 'damaged ONNX models given to gradient, artifacts and inspect',
  share: 20,
  known: () => known,
  draw(random) {
    const { what, bytes } = drawDamaged(random);
    return given(what, random.pick(Object.keys(ways)), written(bytes));
  },
};
