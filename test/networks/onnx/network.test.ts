import { describe, expect, test } from '@jest/globals';
import { networkFrom } from '../../../src/networks/onnx/model.js';
import { onnxNetwork } from '../../../src/networks/onnx/network.js';
import { encodeModel, Graph } from '../../../src/onnx/index.js';
import { openSession, Tensor } from '../../../src/runtime/session.js';
import { NetworkGraph, residual } from '../../support/networks.js';
import { uniforms } from '../../support/random.js';

const opened = async (net: NetworkGraph, output: string) =>
  onnxNetwork(await networkFrom(net.file(output), 'net.onnx', 'raw'));

/** What a network gives for a picture of some channels, [1, C, H, W]. */
async function seen(network: ReturnType<typeof onnxNetwork>, layer: string, shape: number[], values: number[]) {
  const graph = new Graph('seen');
  const activations = network.append(graph, graph.input('seen', 'float32', shape), [layer]);
  graph.output(activations.get(layer)!, 'activation');
  const session = await openSession(encodeModel(graph), { externalData: network.externalData });
  const { activation } = await session.run({ seen: new Tensor('float32', values, shape) });
  await session.release();
  return activation!;
}

describe('a network from a file', () => {
  test('gives what its file does', async () => {
    const net = residual();
    net.graph.output('block2');
    const file = net.file('scores');
    const network = onnxNetwork(await networkFrom(file, 'net.onnx', 'raw'));
    const values = uniforms([1, 3, 32, 32]);
    const session = await openSession(file);
    const { block2 } = await session.run({ picture: new Tensor('float32', values, [1, 3, 32, 32]) });
    await session.release();
    const activation = await seen(network, 'block2', [1, 3, 32, 32], values);
    expect(activation.dims).toEqual([1, 24, 4, 4]);
    expect(activation.data).toEqual(block2!.data);
  });

  test('looks at pictures of other sizes than its own, as far as nothing of a fixed size is needed', async () => {
    const network = await opened(residual(), 'scores');
    expect(network.activationShape('block2', { height: 45, width: 64 })).toEqual([24, 6, 8]);
    expect(network.smallestSide('block2')).toBe(1);
    expect((await seen(network, 'block1', [1, 3, 20, 24], uniforms([1, 3, 20, 24]))).dims).toEqual([1, 16, 5, 6]);
  });

  test('names the node that has a size of its own, and is stood in for by what lies before', async () => {
    const net = new NetworkGraph();
    const edges = net.relu('edges', net.conv('conv', 'picture', 4, 2));
    const tokens = net.node('Reshape', 'tokens', [edges, net.constant('int64', [1, 4, 256])]);
    const back = net.node('Reshape', 'back', [tokens, net.constant('int64', [1, 4, 16, 16])]);
    const network = await opened(net, net.relu('deep', net.conv('late', back, 8)));
    expect(network.find('deep')).toBe('deep');
    expect(network.activationShape('deep', { height: 32, width: 32 })).toEqual([8, 16, 16]);
    expect(() => network.activationShape('deep', { height: 24, width: 32 })).toThrow(
      /^network: net\.onnx can't look at 32×24 pixels: Reshape node 'tokens': .*; its file is made for 32×32: draw at that size, choose a shallower layer, or export it with open sides$/,
    );
    expect(network.find('block5_conv4')).toBe('edges');
    // A drawing that begins small begins no smaller than that.
    expect(network.smallestSide('deep')).toBe(32);
  });

  test('knows its layers by their names and by those of VGG-19, and what somebody may have meant', async () => {
    const network = await opened(residual(), 'scores');
    expect([network.find('block1.inside'), network.find('conv3_1'), network.find('block5_pool')]).toEqual([
      ...['block1.inside', 'block1', 'block2'],
    ]);
    expect(() => network.find('blok1')).toThrow(
      "there is no layer 'blok1' in net.onnx; 'vggdraw inspect' lists those that there are; did you mean 'block1'?",
    );
  });

  test('of one channel sees luma', async () => {
    const net = new NetworkGraph([1, 1, 4, 4]);
    const network = await opened(net, net.node('Mul', 'half', ['picture', net.constant('float32', [0.5], [])]));
    const [red, green, blue] = [1, 0.5, 0.25];
    const values = [red, green, blue].flatMap((level) => Array<number>(16).fill(level));
    const { data } = await seen(network, 'half', [1, 3, 4, 4], values);
    expect(data[0]).toBeCloseTo(0.5 * (0.299 * red + 0.587 * green + 0.114 * blue), 6);
  });

  test('whose channels come last is seen with channels first', async () => {
    const net = new NetworkGraph([1, 3, 2, 4]);
    const last = net.node('Transpose', 'last', ['picture'], { perm: [0, 2, 3, 1] });
    const network = await opened(net, net.node('Abs', 'size', [last]));
    expect(network.activationShape('size', { height: 2, width: 4 })).toEqual([3, 2, 4]);
    const values = [...Array(24).keys()];
    const activation = await seen(network, 'size', [1, 3, 2, 4], values);
    expect([activation.dims, [...(activation.data as Float32Array)]]).toEqual([[1, 3, 2, 4], values]);
  });

  test('has a value whatever it is called', async () => {
    const net = new NetworkGraph();
    const network = await opened(net, net.relu('loss', net.conv('frame', 'picture', 4)));
    const graph = new Graph('drawing');
    const picture = graph.input('photo', 'float32', [1, 3, 8, 8]);
    network.append(graph, picture, ['loss']);
    expect(['loss', 'frame'].filter((name) => graph.has(name))).toEqual([]);
  });

  test('without a layer is refused', async () => {
    const net = new NetworkGraph();
    const model = await networkFrom(net.file(net.node('GlobalAveragePool', 'mean', ['picture'])), 'net.onnx');
    expect(() => onnxNetwork(model)).toThrow(
      'network: net.onnx has no layer to draw from: no value is float32[1, channels, height, width]',
    );
  });
});
