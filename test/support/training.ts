/** Running models with a gradient, so that passes can be held to what they must not change. */

import { loadWeights } from '../../src/networks/vgg19/weights/load.js';
import { encodeModel, type Graph } from '../../src/onnx/index.js';
import { trainingModel } from '../../src/outputs/models.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { uniforms } from './random.js';

/** What is compared: zeros of either sign are one. */
interface Result {
  readonly loss: unknown;
  readonly gradient: readonly number[];
}

/** Loss and gradient of the training model at a site, and of what each of `passes` makes of it, for the same random inputs. */
export async function evaluatePasses(
  site: Parameters<typeof trainingModel>[0],
  passes: readonly ((plain: Graph) => Graph)[],
): Promise<{ plain: Result; passed: Result[] }> {
  const { data } = await loadWeights('seeded', site.layer);
  const externalData = [{ path: 'vgg19.weights', data: new Uint8Array(data.buffer) }];
  const model = trainingModel(site);
  const feeds = Object.fromEntries(
    model.inputs.map((input) => {
      const shape = model.shape(input);
      return [input, new Tensor('float32', Float32Array.from(uniforms(shape, -100, 100)), shape)];
    }),
  );
  const evaluate = async (graph: Graph): Promise<Result> => {
    // As drawings run it: what ONNX Runtime knows before it runs, it would merge and fold.
    const session = await openSession(encodeModel(graph, { openSides: true }), { externalData });
    const { loss, pixels_grad } = await session.run(feeds);
    await session.release();
    return { loss: loss!.data, gradient: Array.from(pixels_grad!.data as Float32Array, (value) => value + 0) };
  };
  const passed: Result[] = [];
  const plain = await evaluate(model);
  for (const pass of passes) passed.push(await evaluate(pass(model)));
  return { plain, passed };
}
