import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { encodeModel, Graph, loadModel, Operators, sgd, tensor, trainingArtifacts } from '../../src/onnx/index.js';
import { exportTrainingArtifacts } from '../../src/outputs/training-artifacts.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { openSafetensors } from '../../src/tensor-files/safetensors.js';
import { Trainer } from '../../src/training/trainer.js';

const folder = await mkdtemp(join(tmpdir(), 'vggdraw-modes-'));
afterAll(() => rm(folder, { recursive: true }));

describe('BatchNormalization in the training form', () => {
  // What tools/training-reference.py writes: PyTorch in float64.
  const model = () => readFile('test/training/batch-norm.onnx');
  const options = { loss: 'cross-entropy', optimizer: sgd({ momentum: 0.9 }), learningRate: 0.1, threads: 1 } as const;
  const statistics = ['norm.running_mean', 'norm.running_var', 'last.running_mean', 'last.running_var'];

  test("losses, weights and running statistics are PyTorch's", async () => {
    const reference = await openSafetensors('test/training/batch-norm.safetensors');
    const [pictures, labels, losses] = ['x', 'labels', 'losses'].map((name) => reference.tensors.get(name)!.read());
    const trainer = await Trainer.open(await model(), options);
    const of = (values: Float32Array, i: number) => {
      const size = values.length / losses!.length;
      return values.subarray(i * size, (i + 1) * size);
    };
    for (const [i, expected] of losses!.entries()) {
      const { loss } = await trainer.step({ x: of(pictures!, i), labels: of(labels!, i) });
      expect(Math.abs(loss / expected - 1)).toBeLessThan(1e-4);
    }
    const trained = loadModel(await trainer.exportModel());
    for (const name of ['first.weight', 'norm.weight', 'classes.bias', ...statistics]) {
      const expected = reference.tensors.get(name)!.read();
      trained.constantValues(name)!.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
      });
    }
    expect(trained.nodes.every(({ attributes }) => attributes.training_mode === undefined)).toBe(true);

    // Evaluated with running statistics, as the exported model does; and a checkpoint holds these.
    const batch = { x: of(pictures!, 0), labels: of(labels!, 0) };
    const { loss, outputs } = await trainer.evaluate(batch);
    const session = await openSession(encodeModel(trained), { threads: 1 });
    const { scores } = await session.run({ x: new Tensor('float32', batch.x, trained.shape('x')) });
    // Where weights are constants, ONNX Runtime multiplies those of a convolution by the normalization's beforehand: other roundings.
    outputs.scores!.forEach((score, i) => {
      expect(score).toBeCloseTo(Number(scores!.data[i]), 5);
    });
    await trainer.save(join(folder, 'checkpoint'));
    const other = await Trainer.open(await model(), options);
    await other.load(join(folder, 'checkpoint'));
    expect((await other.evaluate(batch)).loss).toBe(loss);
    expect(await other.step(batch)).toEqual(await trainer.step(batch));
    await Promise.all([trainer.release(), other.release(), session.release()]);
    reference.close();
  });

  test('artifacts have the running statistics too', async () => {
    const artifacts = trainingArtifacts(loadModel(await model()), { loss: 'cross-entropy' });
    expect(Object.keys(artifacts.statistics)).toEqual(statistics);
    expect(artifacts.trainingModel.inputs).toEqual(expect.arrayContaining(statistics));
    expect(artifacts.trainingModel.outputs).toEqual(expect.arrayContaining(statistics.map((name) => `${name}_out`)));
    expect(artifacts.evalModel.inputs).toEqual(expect.arrayContaining(statistics));
    expect(artifacts.optimizerModel.inputs).not.toEqual(expect.arrayContaining(['norm.running_mean']));
    await exportTrainingArtifacts(artifacts, { output: join(folder, 'files') });
    const trainer = await Trainer.open(await model(), options);
    await trainer.load(join(folder, 'files/checkpoint'));
    await trainer.release();
  });
});

describe('Dropout in the training form', () => {
  /** 1000 ones of which most are dropped, each times a weight. */
  function dropped(): Uint8Array {
    const graph = new Graph('dropped');
    const o = new Operators(graph);
    const weight = graph.initializer('weight', tensor('float32', Array(1000).fill(1), [1, 1000]));
    const x = o.mul(graph.input('x', 'float32', [1, 1000]), weight);
    const ratio = graph.constant('float32', [0.75], []);
    graph.output(graph.add('Dropout', [x, ratio, graph.constant('bool', [1], [])]), 'y');
    return encodeModel(graph);
  }
  const options = { loss: 'l1', optimizer: sgd(), learningRate: 1000, threads: 1 } as const;
  const batch = { x: Array(1000).fill(1), target: Array(1000).fill(0) };

  test('drops in training, not the same in every step but in every training, and never when it is used', async () => {
    const [one, other] = [await Trainer.open(dropped(), options), await Trainer.open(dropped(), options)];
    const losses = [];
    for (const trainer of [one, other]) {
      const first = await trainer.step(batch);
      // What is dropped has no gradient; the others' is four.
      const weights = loadModel(await trainer.exportModel()).constantValues('weight')!;
      expect(new Set(weights)).toEqual(new Set([1, -3]));
      losses.push(first.loss, (await trainer.step(batch)).loss);
    }
    expect(losses[0]).toBeCloseTo(1, 0);
    expect(losses.slice(2)).toEqual(losses.slice(0, 2));
    expect((await one.evaluate(batch)).outputs.y).toEqual((await one.evaluate(batch)).outputs.y);
    const exported = loadModel(await one.exportModel());
    expect(exported.nodes.find(({ opType }) => opType === 'Dropout')!.inputs).toHaveLength(2);
    await Promise.all([one.release(), other.release()]);
  });
});
