/** What of a picture a position of a layer depends on. */
import { toSpace } from '../colour/spaces.js';
import type { Engine } from '../drawing/compute/engine.js';
import { beginTraining, type Site } from '../drawing/compute/graphs.js';
import { openGraph } from '../drawing/compute/sessions.js';
import { plainPlan } from '../drawing/plan/phase-plan.js';
import type { Term } from '../objectives/term.js';
import { Tensor } from '../runtime/session.js';
import type { Activation, Position } from './figures.js';
import type { Field } from './patches.js';

/**
 * The field of a layer's positions. Where the network does not say how far they reach it is measured: what a position depends on, as the
 * gradient of its activation has it, mostly lies in a square round its place.
 * @param photo 8-bit R, G, B, interleaved [H, W, 3], of the site's size.
 * @param at the position that is measured, of a channel.
 */
export async function fieldOf(
  site: Site,
  layer: string,
  { shape: [, height, width] }: Pick<Activation, 'shape'>,
  engine: Engine,
  photo: Uint8Array,
  at: Position & { readonly channel: number },
): Promise<Field> {
  const reach = site.network.reach?.(layer);
  if (reach) return { step: { width: reach.grid, height: reach.grid }, side: reach.grid + 2 * reach.halo };
  const step = { width: site.width / width, height: site.height / height };
  const gradient = await gradientAt(site, layer, engine, photo, at);
  const centre = { x: (at.x + 0.5) * step.width, y: (at.y + 0.5) * step.height };
  return { step, side: sideOf(gradient, site, centre) };
}

/** The gradient of one activation by the canvas' pixels, float32[C, H, W]. */
async function gradientAt(
  site: Site,
  layer: string,
  engine: Engine,
  photo: Uint8Array,
  { channel, x, y }: Position & { readonly channel: number },
): Promise<Float32Array> {
  const one: Term = {
    name: 'one activation',
    weight: 1,
    layers: [layer],
    goals: [],
    isAdditive: false,
    append: ({ o, activation }) => {
      const place = [channel, y, x];
      const own = o.slice(activation(layer), { starts: place, ends: place.map((index) => index + 1), axes: [1, 2, 3] });
      return o.reduceSum(own, [0, 1, 2, 3], false);
    },
  };
  const session = await openGraph(
    (target) => {
      const { graph, gradients } = beginTraining('field_model', site, { terms: [one] }, { target });
      graph.output(gradients.pixels!, 'gradient');
      return graph;
    },
    engine,
    plainPlan,
  );
  try {
    const { space } = site.medium;
    const pixels = new Tensor('float32', toSpace(photo, space), [1, space.length, site.height, site.width]);
    return (await session.run({ pixels })).gradient!.data as Float32Array;
  } finally {
    await session.release();
  }
}

/** So much of the squares of a gradient lies in the field: of what is left nobody would see it, and it may go to the end of the picture. */
const share = 0.95;

/** The side of the smallest square round a point that has its share of a gradient's squares. */
function sideOf(
  gradient: Float32Array,
  { width, height }: Pick<Site, 'width' | 'height'>,
  centre: { readonly x: number; readonly y: number },
): number {
  const rings = new Float64Array(Math.max(width, height) + 1);
  for (let i = 0; i < gradient.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width) % height];
    // How far the pixel's far edge is from the centre.
    const away = Math.max(Math.abs(x + 0.5 - centre.x), Math.abs(y + 0.5 - centre.y)) + 0.5;
    rings[Math.min(rings.length - 1, Math.ceil(away))]! += gradient[i]! ** 2;
  }
  let missing = share * rings.reduce((sum, ring) => sum + ring, 0);
  let half = 0;
  while (missing > 0 && half < rings.length - 1) missing -= rings[++half]!;
  return 2 * Math.max(1, half);
}
