/** The least there can be of each room around the canvas, to show that drawings need to know no more. */
import { rgb } from '../../src/colour/spaces.js';
import type { Medium } from '../../src/media/medium.js';
import type { Network } from '../../src/networks/network.js';
import { onnxNetwork } from '../../src/networks/onnx/network.js';
import type { Term } from '../../src/objectives/term.js';
import { encodeModel, Graph, Operators } from '../../src/onnx/index.js';
import { mapNamed } from '../../src/onnx/named.js';
import type { Optimizer, Resizing } from '../../src/onnx/optimizers/optimizer.js';
import { tensor } from '../../src/onnx/tensor.js';

/** Colours are the same on a canvas of any size, and so is what a mean over it has for them. */
const asItIs: Resizing = { values: (values) => values, gradients: (averages) => averages };

/** A wash of one colour that gets lighter downwards: two parameters for a whole canvas. */
export const wash: Medium = {
  space: rgb,
  isPerPixel: false,
  slots: () => ({ colour: [1, 3, 1, 1], fall: [1, 1, 1, 1] }),
  start: () => ({ colour: Float32Array.of(200, 180, 160), fall: Float32Array.of(0) }),
  append(graph, { colour, fall }, { height, width }) {
    const o = new Operators(graph);
    const ramp = Array.from({ length: height * width }, (_, i) => (100 * Math.floor(i / width)) / height);
    return o.add(o.mul(graph.constant('float32', ramp, [1, 1, height, width]), fall!), colour!);
  },
  resizing: () => ({ colour: asItIs, fall: asItIs }),
  constrain(graph, parameters) {
    const o = new Operators(graph);
    return { colour: o.clip(parameters.colour!, 0, 255), fall: o.clip(parameters.fall!, -1, 1) };
  },
};

/** So many times the canvas' mean. */
export const mean = (times: number): Term => ({
  name: 'mean',
  weight: times,
  layers: [],
  goals: [],
  isAdditive: true,
  append: ({ o, canvas, counted, count }) => o.div(o.reduceSum(counted(canvas), [0, 1, 2, 3], false), count()),
});

/** x ← x − rate · dx */
export const descent: Optimizer = {
  isElementwise: true,
  slots: () => ({}),
  resize: () => ({}),
  scalars: (_step, rate) => ({ rate }),
  append({ graph, parameters, gradients, scalars, constrain }) {
    const o = new Operators(graph);
    const next = mapNamed(parameters, (value, name) => o.sub(value, o.mul(gradients[name]!, scalars.rate!)));
    return { parameters: constrain(next), slots: {} };
  },
};

/** A network of one convolution, from the bytes of an ONNX file: its layer `edges` has the differences of neighbours, rectified. */
export function edges(): Network {
  const graph = new Graph('edges');
  const picture = graph.input('picture', 'float32', [1, 3, 16, 16]);
  const row = [-1, 0, 1];
  const horizontal = [row, row, row].flat();
  const vertical = [-1, -1, -1, 0, 0, 0, 1, 1, 1];
  const kernels = [horizontal, vertical].flatMap((kernel) => [kernel, kernel, kernel].flat().map((k) => k / 765));
  const weights = graph.initializer('kernel', tensor('float32', kernels, [2, 3, 3, 3]));
  const convolved = graph.add('Conv', [picture, weights], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] });
  graph.node('Relu', [convolved], { outputs: ['edges'] });
  graph.output('edges');
  const network = onnxNetwork({
    source: 'edges.onnx',
    model: encodeModel(graph, { openSides: true }),
    weights: new Uint8Array(),
    values: ['edges'],
    input: 'picture',
    channels: 3,
    size: { height: 16, width: 16 },
    preprocess: { label: 'raw', space: rgb, isAssumed: false },
  });
  return { ...network, reach: () => ({ grid: 1, halo: 1 }) };
}
