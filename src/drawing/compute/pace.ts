/** How much work the iterations of a drawing are beside each other, known before the first one. */
import type { Size } from '../../image/picture.js';
import { defaultNetwork } from '../../networks/index.js';
import { type ConvolutionSize, deepestOf } from '../../networks/network.js';
// Not by way of its index: a drawing that begins should not wait for what rewrites graphs.
import { chooseWinograd, directSeconds, winogradSeconds } from '../../onnx/passes/winograd/cost.js';
import type { Preset } from '../recipe/preset.js';
import { layersIn } from '../recipe/schedule.js';

/** Seconds for each pixel beside the convolutions: ReLU, pools, Adam, the frame. Measured like the model of convolutions. */
const secondsPerPixel = 300e-9;

/** What opening a phase takes, in iterations. */
const openingIterations = 0.5;

/**
 * The work that is done when a frame is there: element k is that of k iterations, with the opening of their phases but the first. The
 * unit is about a second on two cores of an AMD EPYC; only proportions matter.
 * @param isDirect whether convolutions are computed by their definition, and not by Winograd's method.
 */
export function workDone({ phases }: Pick<Preset, 'phases'>, size: Size, isDirect: boolean): readonly number[] {
  const done = [0];
  for (const [position, phase] of phases.entries()) {
    const { iterations } = phase;
    const work = iterationSeconds(deepestOf(defaultNetwork, layersIn(phase)), size, isDirect);
    const opening = position === 0 ? 0 : openingIterations * work;
    for (let k = 0; k < iterations; k++) done.push(done.at(-1)! + work + (k === 0 ? opening : 0));
  }
  return done;
}

/** Forth and back through the convolutions, and what each pixel takes. */
function iterationSeconds(layer: string, size: Size, isDirect: boolean): number {
  const beside = secondsPerPixel * size.height * size.width;
  const convolutions = defaultNetwork.convolutions!(layer, size);
  return convolutions.reduce((seconds, forth) => {
    const back = { ...forth, inChannels: forth.outChannels, outChannels: forth.inChannels };
    return seconds + convolutionSeconds(forth, isDirect) + convolutionSeconds(back, isDirect);
  }, beside);
}

function convolutionSeconds(site: ConvolutionSize, isDirect: boolean): number {
  const winograd = isDirect ? undefined : chooseWinograd(site);
  return winograd ? winogradSeconds(site, winograd) : directSeconds(site);
}
