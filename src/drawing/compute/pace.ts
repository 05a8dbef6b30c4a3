/** How much work the iterations of a drawing are beside each other, known before the first one. */
import { scaledSize } from '../../image/fitted-size.js';
import type { Size } from '../../image/picture.js';
import { defaultNetwork } from '../../networks/index.js';
import { type ConvolutionSize, deepestOf } from '../../networks/network.js';
// Not by way of its index: a drawing that begins should not wait for what rewrites graphs.
import { chooseWinograd, directSeconds, winogradSeconds } from '../../onnx/passes/winograd/cost.js';
import type { Preset } from '../recipe/preset.js';
import { spansOf } from '../recipe/scales.js';
import { layersIn, layersOf } from '../recipe/schedule.js';

/** Seconds for each pixel beside the convolutions: ReLU, pools, Adam, the frame. Measured like the model of convolutions. */
const secondsPerPixel = 300e-9;

/** What opening a phase takes, in iterations. */
const openingIterations = 0.5;

/**
 * The work that is done when a frame is there: element k is that of k iterations, with the opening of their phases (where there are
 * scales, of their parts) but the first. As {@link workOfEach}.
 */
export function workDone(...given: Parameters<typeof workOfEach>): readonly number[] {
  const done = [0];
  for (const [i, { work, opens }] of workOfEach(...given).entries())
    done.push(done.at(-1)! + work + (opens && i > 0 ? openingIterations * work : 0));
  return done;
}

/**
 * The work of each iteration, and whether a phase, or a part of one at another size, opens with it. The
 * unit is about a second on two cores of an AMD EPYC; only proportions matter.
 * @param whole the size at the end.
 * @param isDirect whether convolutions are computed by their definition, and not by Winograd's method.
 * @param isOther whether the network is another one than VGG-19, of which no more is known than that each pixel takes time.
 */
export function workOfEach(
  preset: Pick<Preset, 'phases' | 'scales'>,
  whole: Size,
  isDirect: boolean,
  isOther = false,
): readonly { readonly work: number; readonly opens: boolean }[] {
  const { phases, scales } = preset;
  const least = isOther ? 1 : defaultNetwork.smallestSide(deepestOf(defaultNetwork, layersOf(preset)));
  const iterations = phases.map((phase) => phase.iterations);
  return spansOf(iterations, scales, whole, least).flatMap((span) => {
    const size = scaledSize(whole, span.scale);
    const layer = isOther ? undefined : deepestOf(defaultNetwork, layersIn(phases[span.position]!));
    const work = iterationSeconds(layer, size, isDirect);
    return Array.from({ length: span.count }, (_, k) => ({ work, opens: k === 0 }));
  });
}

/** Forth and back through the convolutions, and what each pixel takes. */
function iterationSeconds(layer: string | undefined, size: Size, isDirect: boolean): number {
  const beside = secondsPerPixel * size.height * size.width;
  const convolutions = layer === undefined ? [] : defaultNetwork.convolutions!(layer, size);
  return convolutions.reduce((seconds, forth) => {
    const back = { ...forth, inChannels: forth.outChannels, outChannels: forth.inChannels };
    return seconds + convolutionSeconds(forth, isDirect) + convolutionSeconds(back, isDirect);
  }, beside);
}

function convolutionSeconds(site: ConvolutionSize, isDirect: boolean): number {
  const winograd = isDirect ? undefined : chooseWinograd(site);
  return winograd ? winogradSeconds(site, winograd) : directSeconds(site);
}
