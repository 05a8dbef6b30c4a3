/**
 * A process that has a provider compute a small gradient, compares it with the CPU's, and tells its parent.
 * usage: node proof.js PROVIDER, with an IPC channel
 */
import { messageOf } from '../../errors.js';
import { cpu, type Provider, parseProviders } from '../provider.js';
import { logHardware } from '../session.js';
import { computeGradient } from './gradient.js';
import { type OpenDevice, openDevice } from './open-device.js';

export type Proof =
  /** `difference`: the relative L2 distance of its numbers from the CPU's. */
  | ({ readonly kind: 'ran'; readonly difference: number } & OpenDevice)
  | { readonly kind: 'threw'; readonly message: string };

if (process.send) {
  // Ctrl-C goes to every process of the terminal. What becomes of the proof is its parent's to say.
  process.on('SIGINT', () => {});
  process.once('disconnect', () => process.exit());
  const choice = parseProviders(process.argv[2]!);
  const proof = await attempt(choice === 'auto' ? cpu : choice[0]);
  process.send(proof);
}

async function attempt(provider: Provider): Promise<Proof> {
  logHardware();
  try {
    const expected = await computeGradient(cpu, { optimize: false });
    const found = await computeGradient(provider, { optimize: true });
    // While the session is still there, and the device with it.
    return { kind: 'ran', difference: relativeDistance(found, expected), ...openDevice() };
  } catch (error) {
    return { kind: 'threw', message: messageOf(error) };
  }
}

function relativeDistance(found: Float32Array, expected: Float32Array): number {
  const norm = (values: Float32Array) => Math.hypot(...values);
  return norm(found.map((value, i) => value - expected[i]!)) / norm(expected);
}
