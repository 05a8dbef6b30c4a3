/** The layers that a preset names, by the names that the network has for them. */
import { InputError } from '../../errors.js';
import type { NetworkOutline } from '../../networks/network.js';
import { shownName } from '../../one-line.js';
import type { Changing } from './changing.js';

type Weights = Readonly<Record<string, Changing>>;

/** What of a phase names layers. */
interface Looking {
  readonly layer?: string | undefined;
  readonly layers?: Weights | undefined;
  readonly style?: Weights | undefined;
}

/**
 * The preset with its layers as the network's own. Where two names are one layer there, their weights are added.
 * @throws InputError for a name that is none of the network's, and weights of one layer that change differently.
 */
export function withLayersOf<P extends { readonly phases: readonly Looking[] }>(preset: P, network: NetworkOutline): P {
  const found = (weights: Weights): Weights => {
    const own = new Map<string, Changing>();
    for (const [name, weight] of Object.entries(weights)) {
      const layer = network.find(name);
      const before = own.get(layer);
      own.set(layer, before === undefined ? weight : sum(before, weight, layer, network.name));
    }
    return Object.fromEntries(own);
  };
  const phases = preset.phases.map(
    (phase): Looking => ({
      ...phase,
      ...(phase.layer === undefined ? {} : { layer: network.find(phase.layer) }),
      ...(phase.layers && { layers: found(phase.layers) }),
      ...(phase.style && { style: found(phase.style) }),
    }),
  );
  return { ...preset, phases };
}

function sum(a: Changing, b: Changing, layer: string, network: string): Changing {
  if (typeof a === 'number') return typeof b === 'number' ? a + b : { ...b, from: a + b.from, to: a + b.to };
  if (typeof b === 'number') return sum(b, a, layer, network);
  if (a.decay === b.decay) return { from: a.from + b.from, to: a.to + b.to, decay: a.decay };
  throw new InputError(
    `two of its layers are ${shownName(layer)} in ${shownName(network)}, and their weights change differently; name it once`,
    { field: 'preset' },
  );
}
