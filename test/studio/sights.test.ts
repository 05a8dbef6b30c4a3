import { expect, test } from '@jest/globals';
import { Sights } from '../../src/studio/sights.js';

const figures = { channel: 7, mean: 1, zeros: 0.5, min: 0, max: 3, at: { x: 0, y: 0 } };
const file = (text: string) => Buffer.from(text);

interface Told {
  readonly gram: string;
  readonly map: string;
  readonly channels: readonly { readonly picture: string }[];
  readonly liked: { readonly picture: string };
  readonly patches: readonly { readonly picture: string }[];
}

/** The picture at an address. */
const at = (sights: Sights, address: string): string | undefined => {
  const [, id, index] = /^sights\/([0-9a-f]{18})\/(\d+)$/.exec(address)!;
  return sights.get(id!, Number(index))?.toString();
};

test('pages are told addresses in place of pictures, which are there as long as they are among the last that were seen', () => {
  const sights = new Sights();
  const layer = sights.keep({
    layer: 'block1_conv1',
    count: 64,
    shown: { kind: 'layer', gram: file('gram'), channels: [{ ...figures, picture: file('seven') }] },
  }) as Told;
  expect(layer).toMatchObject({ layer: 'block1_conv1', count: 64, channels: [figures] });
  expect([layer.gram, layer.channels[0]!.picture].map((address) => at(sights, address))).toEqual(['gram', 'seven']);

  const channel = () =>
    sights.keep({
      layer: 'block1_conv1',
      count: 64,
      shown: {
        ...{ kind: 'channel', figures, map: file('map'), liked: { picture: file('liked'), mean: 4 } },
        patches: [{ value: 3, picture: file('patch') }],
      },
    }) as Told;
  const { map, liked, patches } = channel();
  expect([map, liked.picture, patches[0]!.picture].map((address) => at(sights, address))).toEqual([
    'map',
    'liked',
    'patch',
  ]);
  expect(sights.get('constructor', 0)).toBeUndefined();
  for (let i = 0; i < 11; i++) channel();
  expect(at(sights, map)).toBe('map');
  expect(at(sights, layer.gram)).toBeUndefined();
});
