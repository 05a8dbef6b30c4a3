/** What a person chooses where a photo is looked at. */
import { z } from 'zod';
import { type DrawOptions, givenNetwork, seeingShape } from '../drawing/recipe/options.js';
import { InputError, namingField } from '../errors.js';
import { defaultNetwork, type NetworkModel, networkOf } from '../networks/index.js';
import type { NetworkOutline } from '../networks/network.js';
import { check, strictObject } from '../validation.js';

export interface LookOptions
  extends Pick<
    DrawOptions,
    'size' | 'weights' | 'network' | 'preprocess' | 'provider' | 'threads' | 'memory' | 'signal'
  > {
  /** The layer that is looked at, by its name: `block3_conv2`, or the name of a value of a `network`. */
  readonly layer: string;
  /** A channel of the layer, from 0, to find what excites it most. Left out: none. */
  readonly channel?: number | undefined;
}

const schema = strictObject({
  ...seeingShape,
  layer: z.string().min(1),
  channel: z.number().int().min(0).optional(),
});

export type CheckedLook = Omit<z.output<typeof schema>, 'network' | 'preprocess'> & {
  /** From a file; undefined is VGG-19. */
  readonly model: NetworkModel | undefined;
  readonly network: NetworkOutline;
};

/** @throws InputError that names the first option that is wrong. */
export async function checkLook(options: LookOptions): Promise<CheckedLook> {
  const { network: file, preprocess, layer: named, ...checked } = check(schema, options);
  const model = await givenNetwork({ network: file, preprocess, weights: checked.weights });
  const network = model ? await networkOf(model) : defaultNetwork;
  const layer = await namingField('layer', async () => network.find(named));
  return { ...checked, layer, model, network };
}

/** @throws InputError where the layer has no such channel. */
export function checkChannel(channel: number | undefined, channels: number, layer: string): void {
  if (channel === undefined || channel < channels) return;
  throw new InputError(`${layer} has ${channels} channels, from 0 to ${channels - 1}, and no ${channel}`, {
    field: 'channel',
  });
}
