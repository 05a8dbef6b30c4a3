/** The files that a drawing reads. */
import type { Input } from '../files/inputs.js';

interface Read {
  readonly photo: string;
  readonly preset?: string | undefined;
  readonly weights?: unknown;
  readonly network?: string | undefined;
  readonly style: readonly { readonly picture: string }[];
}

/** Each with what it is called. A preset and weights may have names that are none of files. */
export function inputsOf({ photo, preset, weights, network, style }: Read): Input[] {
  return [
    { name: 'the photo', path: photo },
    ...style.map(({ picture }) => ({ name: 'the style picture', path: picture })),
    ...(preset === undefined ? [] : [{ name: 'the preset', path: preset }]),
    ...(network === undefined ? [] : [{ name: 'the network', path: network }]),
    ...(typeof weights === 'string' ? [{ name: 'the file of weights', path: weights }] : []),
  ];
}
