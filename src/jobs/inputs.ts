/** The files that a drawing reads. */
import type { Input } from '../files/inputs.js';
import { modelInputs, weightsInputs } from '../tensor-files/model-inputs.js';

interface Read {
  readonly photo: string;
  readonly preset?: string | undefined;
  readonly weights?: unknown;
  readonly network?: string | undefined;
  readonly style: readonly { readonly picture: string }[];
}

/** Each with what it is called. A preset may have a name that is none of a file. */
export async function inputsOf({ photo, preset, style, ...read }: Read): Promise<Input[]> {
  return [
    { name: 'the photo', path: photo },
    ...style.map(({ picture }) => ({ name: 'the style picture', path: picture })),
    ...(preset === undefined ? [] : [{ name: 'the preset', path: preset }]),
    ...(await networkInputs(read)),
  ];
}

/** What a network is read from. Weights may have a name that is none of a file. */
export async function networkInputs({ network, weights }: Pick<Read, 'network' | 'weights'>): Promise<Input[]> {
  return [
    ...(network === undefined ? [] : await modelInputs('the network', network)),
    ...(typeof weights === 'string' ? await weightsInputs(weights) : []),
  ];
}
