import { describe, expect, test } from '@jest/globals';
import {
  type ArtifactOptions,
  adamW,
  encodeModel,
  Graph,
  Operators,
  openSide,
  type Side,
  sgd,
  type TrainingArtifacts,
  tensor,
  tensorValues,
  trainingArtifacts,
} from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { uniforms } from '../../support/random.js';

const [batch, features, classes] = [4, 5, 3];

/** x · weight + bias, with a scalar that is no parameter. */
function classifier(count: Side = batch): Graph {
  const graph = new Graph('classifier');
  const o = new Operators(graph);
  const x = graph.input('x', 'float32', [count, features]);
  const weight = graph.initializer('weight', tensor('float32', uniforms([features, classes]), [features, classes]));
  const bias = graph.initializer('bias', tensor('float32', uniforms([classes]), [classes]));
  graph.initializer('unused', tensor('float32', [1, 2], [2]));
  graph.output(o.mul(o.add(o.matMul(x, weight), bias), 2), 'scores');
  return graph;
}

const float = (values: readonly number[], shape: readonly number[]) =>
  new Tensor('float32', Float32Array.from(values), shape);
const labels = new Tensor('int64', BigInt64Array.from([0n, 2n, 1n, 1n]), [batch]);

/** The artifacts as files would hold them, opened. */
async function opened({ trainingModel, evalModel, optimizerModel, parameters }: TrainingArtifacts) {
  const [training, evaluation, optimizer] = await Promise.all(
    [trainingModel, evalModel, optimizerModel].map((graph) => openSession(encodeModel(graph))),
  );
  const state: Record<string, Tensor> = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, float(tensorValues(value), value.shape)]),
  );
  const buffers = Object.fromEntries(
    Object.entries(parameters).map(([name, { shape }]) => [
      `${name}_grad.accumulation.buffer`,
      float(Array(shape.reduce((a, b) => a * b, 1)).fill(Number.NaN), shape),
    ]),
  );
  return { training: training!, evaluation: evaluation!, optimizer: optimizer!, state, buffers };
}

const reset = (value: boolean) => new Tensor('bool', [value], [1]);

describe('trainingArtifacts', () => {
  test('of a model with an open batch take batches of any size', async () => {
    const made = trainingArtifacts(classifier(openSide('N')), { loss: 'cross-entropy' });
    expect(made.trainingModel.sides('x').join()).toBe(`N,${features}`);
    const { training, optimizer, evaluation, state, buffers } = await opened(made);
    const images = uniforms([batch, features]);
    const gradient = async (session: typeof training, count: number) => {
      const x = float(images.slice(0, count * features), [count, features]);
      const own = new Tensor('int64', (labels.data as BigInt64Array).slice(0, count), [count]);
      const made = await session.run({ x, labels: own, ...state, ...buffers, lazy_reset_grad: reset(true) });
      return made['weight_grad.accumulation.out']!.data;
    };
    const fixed = await Promise.all(
      [1, 4].map((count) =>
        openSession(encodeModel(trainingArtifacts(classifier(count), { loss: 'cross-entropy' }).trainingModel)),
      ),
    );
    expect(await gradient(training, 1)).toEqual(await gradient(fixed[0]!, 1));
    expect(await gradient(training, 4)).toEqual(await gradient(fixed[1]!, 4));
    await Promise.all([training, optimizer, evaluation, ...fixed].map((session) => session.release()));
  });

  test("inputs and outputs have onnxruntime-training's names", () => {
    const { trainingModel, evalModel, optimizerModel, parameters } = trainingArtifacts(classifier(), {
      loss: 'cross-entropy',
    });
    expect(Object.keys(parameters)).toEqual(['weight', 'bias']);
    const buffers = ['weight_grad.accumulation.buffer', 'bias_grad.accumulation.buffer'];
    expect(trainingModel.inputs).toEqual(['x', 'labels', 'weight', 'bias', ...buffers, 'lazy_reset_grad']);
    expect(trainingModel.outputs).toEqual([
      'loss',
      'scores',
      'weight_grad.accumulation.out',
      'bias_grad.accumulation.out',
    ]);
    expect(evalModel.inputs).toEqual(['x', 'labels', 'weight', 'bias']);
    expect(evalModel.outputs).toEqual(['loss', 'scores']);
    const moments = ['first', 'second'].flatMap((order) => [
      `${order}_order_moments.weight`,
      `${order}_order_moments.bias`,
    ]);
    const tensors = ['weight', 'bias', 'weight_grad', 'bias_grad', ...moments];
    expect(optimizerModel.inputs).toEqual(['learning_rate', 'step', ...tensors]);
    expect(optimizerModel.outputs).toEqual(['weight_out', 'bias_out', ...moments.map((name) => `${name}_out`)]);
  });

  test('gradients add up until they are to begin anew, whatever the buffer holds', async () => {
    const { training, state, buffers } = await opened(trainingArtifacts(classifier(), { loss: 'cross-entropy' }));
    const feeds = { x: float(uniforms([batch, features]), [batch, features]), labels, ...state };
    const first = await training.run({ ...feeds, ...buffers, lazy_reset_grad: reset(true) });
    const held = Object.fromEntries(
      Object.keys(state).map((name) => [`${name}_grad.accumulation.buffer`, first[`${name}_grad.accumulation.out`]!]),
    );
    const second = await training.run({ ...feeds, ...held, lazy_reset_grad: reset(false) });
    for (const name of Object.keys(state)) {
      const [once, twice] = [first, second].map((made) => made[`${name}_grad.accumulation.out`]!.data as Float32Array);
      expect(Array.from(twice!)).toEqual(Array.from(once!, (value) => Math.fround(2 * value)));
    }
  });

  test.each<[string, Partial<ArtifactOptions>]>([
    ['AdamW', { optimizer: adamW() }],
    ['SGD', { optimizer: sgd() }],
    ['SGD with momentum, clipped', { optimizer: sgd({ momentum: 0.9 }), clipNorm: 0.1 }],
  ])('the models train together: %s', async (_, options) => {
    const made = trainingArtifacts(classifier(), { loss: 'cross-entropy', ...options });
    const { training, evaluation, optimizer, buffers, ...begun } = await opened(made);
    const data = { x: float(uniforms([batch, features]), [batch, features]), labels };
    let { state } = begun;
    let moments: Record<string, Tensor> = {};
    for (const name of made.optimizerModel.inputs.filter((input) => input.includes('order_moments'))) {
      const shape = made.optimizerModel.shape(name);
      moments[name] = float(Array(shape.reduce((a, b) => a * b, 1)).fill(0), shape);
    }
    const lossOf = async () => Number((await evaluation.run({ ...data, ...state })).loss!.data[0]);
    const before = await lossOf();
    for (let step = 1; step <= 20; step++) {
      const gradients = await training.run({ ...data, ...state, ...buffers, lazy_reset_grad: reset(true) });
      const next = await optimizer.run({
        learning_rate: float([0.1], [1]),
        ...(made.optimizerModel.inputs.includes('step') ? { step: new Tensor('int64', [BigInt(step)], [1]) } : {}),
        ...state,
        ...Object.fromEntries(
          Object.keys(state).map((name) => [`${name}_grad`, gradients[`${name}_grad.accumulation.out`]!]),
        ),
        ...moments,
      });
      state = Object.fromEntries(Object.keys(state).map((name) => [name, next[`${name}_out`]!]));
      moments = Object.fromEntries(Object.keys(moments).map((name) => [name, next[`${name}_out`]!]));
    }
    expect(await lossOf()).toBeLessThan(0.95 * before);
  });

  test('only what matches is trained; the rest stays in the models', () => {
    const made = trainingArtifacts(classifier(), { loss: 'mse', train: /^bias$/ });
    expect(Object.keys(made.parameters)).toEqual(['bias']);
    expect(made.trainingModel.initializers.has('weight')).toBe(true);
    expect(made.trainingModel.inputs).toContain('target');
  });

  test("a loss of the model's own", () => {
    const graph = classifier();
    const o = new Operators(graph);
    graph.node('ReduceMean', [o.mul('scores', 'scores')], { outputs: ['own'], attributes: { keepdims: 0 } });
    graph.output('own');
    const { evalModel } = trainingArtifacts(graph, { loss: { output: 'own' } });
    expect(evalModel.inputs).toEqual(['x', 'weight', 'bias']);
    expect(evalModel.outputs).toEqual(['own', 'scores']);
  });

  test('the model stays as it is', () => {
    const graph = classifier();
    const before = encodeModel(graph);
    trainingArtifacts(graph, { loss: 'cross-entropy' });
    expect(encodeModel(graph)).toEqual(before);
  });

  test.each<[string, ArtifactOptions, string]>([
    ['no such parameter', { loss: 'mse', train: ['wieght'] }, "there is no constant 'wieght' to be trained"],
    ['one that the loss does not see', { loss: 'mse', train: ['unused'] }, "'scores' does not depend on it"],
    ['a pattern that matches none', { loss: 'mse', train: /conv/ }, 'nothing matches /conv/; there are weight, bias'],
    ['no such loss', { loss: { output: 'los' } }, "there is no value 'los' to be the loss; outputs are scores"],
    ['a loss that is no number', { loss: { output: 'scores' } }, "a loss is a single float; 'scores' is float32[4, 3]"],
    ['no such prediction', { loss: 'mse', prediction: 'y' }, "there is no value 'y' to be the prediction"],
  ])('%s is an error', (_, options, message) => {
    expect(() => trainingArtifacts(classifier(), options)).toThrow(message);
  });

  test('an operator without a rule is named, with its node', () => {
    const graph = classifier();
    graph.node('Unique', ['scores'], { name: 'best', outputs: ['y'], types: [graph.type('scores')] });
    graph.outputs.splice(0, 1, 'y');
    expect(() => trainingArtifacts(graph, { loss: 'mse' })).toThrow(
      "there is no gradient rule for the operator Unique (node 'best')",
    );
  });
});
