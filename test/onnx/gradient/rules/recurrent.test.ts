import { describe, expect, test } from '@jest/globals';
import { differentiate, Graph, Operators } from '../../../../src/onnx/index.js';
import { onnx } from '../../../../src/onnx/proto.js';
import { expectGradient, type Input } from '../central-differences.js';

const smooth = { smooth: true, step: 1 / 64 };
const [steps, batch, size, hidden] = [3, 2, 2, 3];
const gates = { RNN: 1, GRU: 3, LSTM: 4 } as const;
type Network = keyof typeof gates;
const networks = Object.keys(gates) as Network[];
const missing: Input = { shape: [0], missing: true };
const lengths: Input = { shape: [batch], values: [3, 1], dtype: 'int32' };

/** X, W, R, B, lengths, the states and, for an LSTM, peepholes. */
function inputsOf(network: Network, directions: number, { all = true, isBatchFirst = false, ended = false } = {}) {
  const width = gates[network] * hidden;
  const state = { shape: isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden] };
  const needed: Input[] = [
    { shape: isBatchFirst ? [batch, steps, size] : [steps, batch, size] },
    { shape: [directions, width, size] },
    { shape: [directions, width, hidden] },
  ];
  if (!all) return needed;
  const further = network === 'LSTM' ? [state, state, { shape: [directions, 3 * hidden] }] : [state];
  return [...needed, { shape: [directions, 2 * width] }, ended ? lengths : missing, ...further];
}

const strings = (values: string[]) => ({
  proto: {
    name: 'activations',
    type: onnx.AttributeProto.AttributeType.STRINGS,
    strings: values.map((value) => new TextEncoder().encode(value)),
  },
});

describe.each(networks)('%s', (network) => {
  const outputs = network === 'LSTM' ? 3 : 2;
  const attributes = { hidden_size: hidden };

  test.each(['forward', 'reverse', 'bidirectional'])('%s, through all outputs and to all inputs', async (direction) => {
    const inputs = inputsOf(network, direction === 'bidirectional' ? 2 : 1);
    await expectGradient(network, inputs, { attributes: { ...attributes, direction }, outputs, opset: 14, ...smooth });
  });

  test('with as little as there can be', async () => {
    await expectGradient(network, inputsOf(network, 1, { all: false }), { attributes, outputs, opset: 14, ...smooth });
  });

  test.each(['forward', 'reverse'])('sequences that end sooner, %s', async (direction) => {
    const inputs = inputsOf(network, 1, { ended: true });
    await expectGradient(network, inputs, { attributes: { ...attributes, direction }, outputs, opset: 14, ...smooth });
  });

  test('clipped', async () => {
    // What goes into an activation is 0.5 first, and -3 and something then.
    const width = gates[network];
    const inputs = [
      { shape: [2, 1, 1], values: [0.5, -3] },
      { shape: [1, width, 1], values: Array<number>(width).fill(1) },
      { shape: [1, width, 1], values: Array<number>(width).fill(0.5) },
    ];
    const clipped = { hidden_size: 1, clip: { float: 1 } };
    await expectGradient(network, inputs, { attributes: clipped, outputs, opset: 14, ...smooth });
  });
});

test('GRU whose reset gate comes after the product', async () => {
  const attributes = { hidden_size: hidden, linear_before_reset: 1 };
  await expectGradient('GRU', inputsOf('GRU', 1), { attributes, outputs: 2, opset: 14, ...smooth });
});

test.each([
  ['RNN', ['ScaledTanh', 'Sigmoid'], [1.2], [0.7]],
  ['GRU', ['HardSigmoid', 'Affine', 'Sigmoid', 'Softplus'], [0.3, 0.8], [0.4, 0.1]],
  ['LSTM', ['Sigmoid', 'Softplus', 'Tanh', 'Sigmoid', 'Tanh', 'Affine'], [0.8], [0.2]],
] as const)('%s with the activations %j', async (network, names, alpha, beta) => {
  const attributes = {
    hidden_size: hidden,
    direction: 'bidirectional',
    activations: strings([...names]),
    activation_alpha: { floats: alpha },
    activation_beta: { floats: beta },
  };
  await expectGradient(network, inputsOf(network, 2), { attributes, opset: 14, ...smooth });
});

describe('refused', () => {
  const built = (sequence: number, attributes = {}) => {
    const graph = new Graph('g', 14);
    const names = [
      graph.input('x', 'float32', [sequence, 1, 1]),
      graph.input('w', 'float32', [1, 1, 1]),
      graph.input('r', 'float32', [1, 1, 1]),
    ];
    const y = graph.node('RNN', names, { name: 'n', attributes: { hidden_size: 1, ...attributes } })[0]!;
    const of = new Operators(graph).reduceSum(y, [0, 1, 2, 3], false);
    return (): readonly string[] => differentiate(graph, { of, wrt: ['x'] });
  };

  test('sequences too long to be unrolled', () => {
    expect(built(10 ** 7)).toThrow("RNN node 'n': its gradient would take");
  });

  test('activations that there are not', () => {
    expect(built(2, { activations: strings(['Wave']) })).toThrow("RNN node 'n': the activation 'Wave' is not known");
    expect(built(2, { activations: strings(['Tanh', 'Tanh']) })).toThrow('its activations do not fit its directions');
  });
});
