/** Takes the provider that a person asked for, or the best that there is. */
import { InputError } from '../../errors.js';
import { cpu, type Provider, type ProviderChoice, type ProviderName, providerLabel } from '../provider.js';
import { type Inspection, inspectProvider } from './inspect.js';
import { type Machine, thisMachine } from './machine.js';

/** What `auto` tries before the CPU, in this order. */
export const autoOrder: readonly ProviderName[] = ['cuda', 'dml', 'coreml', 'webgpu'];

export interface ChosenProvider {
  readonly provider: Provider;
  /** What was asked for first, and why it cannot be used. With `auto`: accelerators that the build has. */
  readonly passedOver: readonly { readonly provider: Provider; readonly reason: string }[];
}

/** Whether `auto` takes it: a processor that plays a GPU is slower than as itself. */
export const isWorthTaking = ({ usable, isSoftware }: Inspection): boolean => usable && !isSoftware;

/**
 * The first usable of the choice. `auto` ends at the CPU, and costs next to nothing where there is no GPU.
 * @throws InputError where nothing of what was named can be used: why, and how to mend it.
 */
export async function chooseProvider(choice: ProviderChoice, machine: Machine = thisMachine): Promise<ChosenProvider> {
  if (choice === 'auto') return chooseForPerson(machine);
  const passedOver = [];
  for (const provider of choice) {
    // Not proven: whatever keeps the CPU from computing is a fault of ours, and shows when it is used.
    if (provider.name === 'cpu') return { provider, passedOver };
    const { usable, reason } = await inspectProvider(provider, machine);
    if (usable) return { provider, passedOver };
    passedOver.push({ provider, reason: reason! });
  }
  const asked = choice.map(providerLabel).join();
  const [first, ...others] = passedOver.map(({ provider, reason }) => `${providerLabel(provider)}: ${reason}`);
  const reasons = others.length === 0 ? passedOver[0]!.reason : [first, ...others].join('; ');
  throw new InputError(`${asked} cannot be used: ${reasons} ('auto' takes what there is)`, { field: 'provider' });
}

async function chooseForPerson(machine: Machine): Promise<ChosenProvider> {
  const passedOver: { provider: Provider; reason: string }[] = [];
  if (!machine.mayHaveGpu()) return { provider: cpu, passedOver };
  for (const name of autoOrder) {
    const inspection = await inspectProvider({ name }, machine);
    if (isWorthTaking(inspection)) return { provider: { name }, passedOver };
    if (!inspection.known) continue;
    passedOver.push({ provider: { name }, reason: inspection.reason ?? `its device is ${inspection.device}` });
  }
  return { provider: cpu, passedOver };
}
