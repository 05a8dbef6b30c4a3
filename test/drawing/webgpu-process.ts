/**
 * A process that computes on WebGPU, which takes its environment and may take its process with it when it ends.
 * usage: node webgpu-process.js gradients|sketch|ownership|seams|strokes|style|terms FOLDER WEIGHTS, a folder of ../shared/reference and the weights it was made with
 * prints one JSON object a line, and an empty one when it has got to the end
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelMeans, toNetworkSpace } from '../../src/colour/spaces.js';
import { applyTone } from '../../src/colour/tones.js';
import { beginTraining } from '../../src/drawing/compute/graphs.js';
import { drawingLoop } from '../../src/drawing/loop.js';
import type { Phase } from '../../src/drawing/phase.js';
import { plainPlan } from '../../src/drawing/plan/phase-plan.js';
import { parsePreset } from '../../src/drawing/recipe/preset.js';
import { presets } from '../../src/drawing/recipe/presets.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { spaceOf } from '../../src/media/pixels/spec.js';
import { findLayer } from '../../src/networks/vgg19/layers.js';
import { vgg19 } from '../../src/networks/vgg19/vgg19.js';
import { contourWeights } from '../../src/networks/vgg19/weights/contour.js';
import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { colour } from '../../src/objectives/colour.js';
import { content, contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import { style } from '../../src/objectives/style.js';
import { biasCorrection, encodeModel, sizeOf } from '../../src/onnx/index.js';
import type { Named } from '../../src/onnx/named.js';
import { lbfgs } from '../../src/onnx/optimizers/lbfgs.js';
import { iterationModel, trainingModel } from '../../src/outputs/models.js';
import { cpu, type Provider } from '../../src/runtime/provider.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { descent, edges, mean, wash } from '../support/doubles.js';
import { loopOf } from '../support/loop.js';
import { relativeError } from '../support/relative-error.js';
import { gramOf, styleGradient, styleLoss } from '../support/style-reference.js';
import type { Canvas, Gradient, Manifest, Ownership, Seams, Style, Term } from './webgpu-results.js';

const provider = { name: 'webgpu' } as const;
const commands = { gradients, sketch, ownership, seams, strokes, style: styleTerm, terms };
const [command, folder, weightsPath] = process.argv.slice(2) as [keyof typeof commands, string, string];
const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
const { height, width } = manifest;
const floats = (name: string): Float32Array =>
  new Float32Array(Uint8Array.from(readFileSync(join(folder, name))).buffer);
const tell = (result: object): void => void process.stdout.write(`${JSON.stringify(result)}\n`);

await commands[command]();
tell({});

async function gradients(): Promise<void> {
  const starts = { white: paper(), noise: floats('noise.f32') };
  // The deepest one alone, whose gradient comes through all the others: SwiftShader takes seconds for each.
  const name = 'block3_pool';
  const { shape, loss: losses } = manifest.layers[name]!;
  const layer = findLayer(name);
  const { data } = await loadWeights(weightsPath, layer);
  const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }];
  const model = trainingModel({ layer, height, width, target: 'webgpu' });
  const session = await openSession(encodeModel(model), { provider, externalData });
  const target = new Tensor('float32', floats(`${name}.target.f32`), shape);
  for (const start of ['white', 'noise'] as const) {
    const pixels = new Tensor('float32', starts[start], [1, 3, height, width]);
    const { loss, pixels_grad } = await session.run({ pixels, target });
    const result: Gradient = {
      layer: name,
      start,
      loss: Math.abs((loss!.data as Float32Array)[0]! / losses[start] - 1),
      gradient: relativeError(pixels_grad!.data as Float32Array, floats(`${name}.${start}.grad.f32`)),
    };
    tell(result);
  }
  await session.release();
}

/**
 * The first two iterations of the later phases of the reference's sketch that begin with a new optimizer, each from the reference's
 * canvas: SwiftShader takes seconds for each, most for the first phase, and the CPU computes them all in reference.test.ts. A drawing left to itself does not stay at the
 * reference: where the clip has left the canvas uniform, some channel's activations are all zero but for rounding, and whether
 * ReLU lets them pass moves a part of the canvas. On the CPU a relative change of the weights by 1e-7 does as much.
 */
async function sketch(): Promise<void> {
  const { adam, canvas, tone } = presets.sketch;
  const shape = [1, 3, height, width];
  const float = (values: Float32Array | number[], dims: readonly number[]) => new Tensor('float32', values, dims);
  const zeros = () => float(new Float32Array(3 * height * width), shape);
  const { data } = await loadWeights(weightsPath, findLayer('block2_conv2'));
  const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }];
  let end = 0;
  for (const { layer, iterations, lr, newOptimizer } of manifest.sketch.schedule) {
    const first = end;
    end += iterations;
    if (!newOptimizer || first === 0) continue;
    const site = { layer: findLayer(layer), height, width, target: 'webgpu' } as const;
    const session = await openSession(encodeModel(iterationModel(site, { adam, canvas, tone })), {
      provider,
      externalData,
    });
    let pixels = floats(`sketch.${first - 1}.f32`);
    let averages: Record<string, Tensor> = { exp_avg: zeros(), exp_avg_sq: zeros() };
    for (let index = first; index < Math.min(first + 2, end); index++) {
      const { size, scale } = biasCorrection(index - first + 1, lr, adam);
      const { loss, pixels_out, frame, ...next } = await session.run({
        pixels: float(pixels, shape),
        target: float(floats(`${layer}.target.f32`), manifest.layers[layer]!.shape),
        ...averages,
        step_size: float([size], []),
        second_moment_scale: float([scale], []),
      });
      averages = { exp_avg: next.exp_avg_out!, exp_avg_sq: next.exp_avg_sq_out! };
      pixels = floats(`sketch.${index}.f32`);
      const drawn = pixels_out!.data as Float32Array;
      const shown = applyTone(drawn, tone);
      const differences = drawn.map((value, i) => Math.abs(value - pixels[i]!));
      const result: Canvas = {
        index,
        loss: Math.abs((loss!.data as Float32Array)[0]! / manifest.sketch.losses[index]! - 1),
        worst: Math.max(...differences),
        beyond: differences.filter((difference) => difference > 1 / 255).length / differences.length,
        isShown: (frame!.data as Uint8Array).every((value, i) => value === shown[i]),
      };
      tell(result);
    }
    await session.release();
  }
}

/** A short drawing of two phases, at three sizes: how many tensors are on the device meanwhile, and in the end. */
async function ownership(): Promise<void> {
  const phase = { iterations: 3, learningRate: 1 };
  const phases = [
    { ...phase, layer: 'block1_conv2' },
    { ...phase, layer: 'block1_conv1', keepOptimizer: true },
  ];
  const photo = toNetworkSpace(Uint8Array.from({ length: 3 * 12 * 8 }, (_, i) => (i * 7) % 256));
  const weights = await loadWeights('seeded', findLayer('block1_conv2'));
  const onDevice = await watchDevice();
  const preset = parsePreset({ phases, scales: [0.5, 0.75, 1] }, 'short');
  let most = 0;
  const loop = loopOf(preset, { height: 12, width: 8 }, weights);
  for await (const { readParameters } of drawingLoop({ ...loop, photo, provider })) {
    await readParameters();
    most = Math.max(most, onDevice.size);
  }
  const result: Ownership = { most, left: onDevice.size };
  tell(result);
}

/** The least medium, terms, optimizer and network, which the loop does not know, on WebGPU and on the CPU. */
async function seams(): Promise<void> {
  const phase: Phase = {
    label: 'seams',
    objective: { terms: [content('edges'), mean(0.1)] },
    optimizer: descent,
    keepOptimizer: false,
    iterations: 3,
    learningRateAt: () => 2,
  };
  const size = { height: 12, width: 8 };
  const photo = Float32Array.from({ length: 3 * 12 * 8 }, (_, i) => (i * 7) % 256);
  const draw = async (on: Provider) => {
    const losses: number[] = [];
    const options = { network: edges(), medium: wash, phases: [phase, phase], tone: 'photo' as const, ...size };
    let parameters: Record<string, Float32Array> = {};
    for await (const { loss, readParameters } of drawingLoop({ ...options, photo, provider: on })) {
      losses.push(loss);
      parameters = await readParameters();
    }
    return { losses, colour: [...parameters.colour!] };
  };
  const result: Seams = { webgpu: await draw(provider), cpu: await draw(cpu) };
  tell(result);
}

/** Each term that is not made of a layer alone, and the first layer of weights with a border, on the CPU and on WebGPU: the same graph. */
async function terms(): Promise<void> {
  const size = { height: 21, width: 18 };
  const network = vgg19(contourWeights(1, findLayer('block1_conv1')));
  for (const colours of ['rgb', 'grey'] as const) {
    const space = spaceOf(colours);
    const site = { network, medium: pixels({ colours, lower: 'black', upper: 'white' }), ...size };
    for (const term of [
      ink(1, space, [240, 230, 210]),
      smoothness(1, space),
      colour(1, space),
      contentShare('block1_conv1', 1),
    ]) {
      const { graph, loss, gradients } = beginTraining('term', site, { terms: [term] }, { target: 'webgpu' });
      graph.output(loss, 'loss');
      graph.output(gradients.pixels!, 'gradient');
      const inputs = Object.fromEntries(
        graph.inputs.map((name) => {
          const shape = graph.shape(name);
          const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => 3 + ((i * 7919) % 101));
          return [name, new Tensor('float32', values, shape)];
        }),
      );
      const [here, there] = await Promise.all(
        [cpu, provider].map(async (on) => {
          const session = await openSession(encodeModel(graph), { provider: on, externalData: network.externalData });
          const made = await session.run(inputs);
          await session.release();
          return made;
        }),
      );
      const values = (made: Named<Tensor>, name: string) => made[name]!.data as Float32Array;
      const result: Term = {
        term: `${term.name}, ${colours}`,
        loss: Math.abs(values(there!, 'loss')[0]! / values(here!, 'loss')[0]! - 1),
        gradient: relativeError(values(there!, 'gradient'), values(here!, 'gradient')),
      };
      tell(result);
    }
  }
}

/** The style term and its gradient against float64, and a drawing by L-BFGS, whose history stays on the device, against the CPU. */
async function styleTerm(): Promise<void> {
  const [size, other] = [
    { height: 12, width: 8 },
    { height: 9, width: 11 },
  ];
  const pixelsOf = ({ height, width }: typeof size, times: number) =>
    Float32Array.from({ length: 3 * height * width }, (_, i) => (i * times) % 256);
  const [canvas, picture] = [pixelsOf(size, 7), pixelsOf(other, 11)];
  const objective = { terms: [style('edges', 1, [1])] };
  const medium = { ...wash, isPerPixel: true, slots: (at: typeof size) => ({ pixels: [1, 3, at.height, at.width] }) };
  const site = {
    network: edges(),
    medium: { ...medium, append: (_: unknown, { pixels }: Named<string>) => pixels! },
    ...size,
  };
  const { graph, loss, gradients } = beginTraining('style', site, objective, { target: 'webgpu' });
  graph.output(loss, 'loss');
  graph.output(gradients.pixels!, 'gradient');
  const wanted = gramOf(picture, other);
  const session = await openSession(encodeModel(graph), { provider });
  const made = await session.run({
    pixels: new Tensor('float32', canvas, [1, 3, size.height, size.width]),
    target: new Tensor('float32', wanted, [2, 2]),
  });
  await session.release();
  const expected = Float32Array.from(styleGradient(canvas, size, wanted));
  const draw = async (on: Provider): Promise<number[]> => {
    const phase: Phase = {
      label: 'style',
      objective: { terms: [contentShare('edges', 1), ...objective.terms] },
      optimizer: lbfgs,
      keepOptimizer: true,
      iterations: 3,
      learningRateAt: () => 1,
    };
    const styles = [{ ...other, plan: plainPlan, read: async () => picture }];
    const drawn = {
      network: edges(),
      // Not from blank paper, where activations are zero but for what is rounded, which then decides.
      medium: { ...pixels({ lower: 'black', upper: 'white' }), start: () => ({ pixels: pixelsOf(size, 5) }) },
      phases: [phase, phase],
      ...size,
    };
    const losses: number[] = [];
    for await (const { loss } of drawingLoop({ ...drawn, tone: 'photo', photo: canvas, styles, provider: on }))
      losses.push(loss);
    return losses;
  };
  const result: Style = {
    loss: Math.abs((made.loss!.data as Float32Array)[0]! / styleLoss(canvas, size, wanted) - 1),
    gradient: relativeError(made.gradient!.data as Float32Array, expected),
    webgpu: await draw(provider),
    cpu: await draw(cpu),
  };
  tell(result);
}

/** Strokes, whose canvas is made on the processor and looked at on WebGPU, there and on the CPU. */
async function strokes(): Promise<void> {
  const size = { height: 24, width: 32 };
  const photo = Float32Array.from({ length: 3 * 24 * 32 }, (_, i) =>
    ((i % 32) + Math.floor(i / 32)) % 24 < 12 ? 30 : 220,
  );
  const preset = parsePreset(
    {
      medium: { kind: 'strokes', count: 12, rounds: 2, width: [20, 12], lengths: [80, 160], colours: 'photo' },
      phases: [{ layers: { block1_conv2: 1 }, ink: 0.05, iterations: 4, learningRate: 1 }],
    },
    'strokes',
  );
  const loop = { ...loopOf(preset, size), network: edges() };
  const phases = loop.phases.map((phase) => ({ ...phase, objective: { terms: [content('edges'), mean(0.1)] } }));
  const draw = async (on: Provider) => {
    const losses: number[] = [];
    let parameters: Record<string, Float32Array> = {};
    for await (const { loss, readParameters } of drawingLoop({ ...loop, phases, photo, provider: on })) {
      losses.push(loss);
      parameters = await readParameters();
    }
    return { losses, colour: [...parameters.colour!].slice(0, 12) };
  };
  const result: Seams = { webgpu: await draw(provider), cpu: await draw(cpu) };
  tell(result);
}

/** The tensors that sessions have left on the device and nobody has freed. */
async function watchDevice(): Promise<ReadonlySet<Tensor>> {
  const present = new Set<Tensor>();
  const { InferenceSession } = await import('onnxruntime-node');
  const create = InferenceSession.create as (...args: unknown[]) => ReturnType<typeof openSession>;
  Object.assign(InferenceSession, {
    create: async (...args: unknown[]) => {
      const session = await create.apply(InferenceSession, args);
      const run = session.run.bind(session);
      return Object.assign(session, {
        run: async (...given: Parameters<typeof run>) => {
          const results = await run(...given);
          for (const tensor of Object.values(results) as Tensor[]) if (tensor.location !== 'cpu') present.add(tensor);
          return results;
        },
      });
    },
  });
  const { dispose } = Tensor.prototype;
  Tensor.prototype.dispose = function (this: Tensor) {
    present.delete(this);
    dispose.call(this);
  };
  return present;
}

/** White paper in network space. */
function paper(): Float32Array {
  const area = height * width;
  return Float32Array.from({ length: 3 * area }, (_, i) => 255 - channelMeans[Math.floor(i / area)]!);
}
