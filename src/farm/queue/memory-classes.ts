/**
 * Which of a farm's jobs a worker can take: there is a queue for each provider that may be asked for and each class of memory, and a worker
 * listens to those that it fits. So a job that does not fit a worker is never in its hands.
 */
import { formatBytes } from '../../drawing/recipe/bytes.js';
import { InputError } from '../../errors.js';
import { type ProviderName, providerNames } from '../../runtime/provider.js';

/** Of memory in bytes, the least first: powers of two. */
export const memoryClasses: readonly number[] = Array.from({ length: 14 }, (_, i) => 2 ** (28 + i));

/** What jobs may ask for: a provider, or any. */
export const askedProviders = ['any', ...providerNames] as const;
export type AskedProvider = (typeof askedProviders)[number];

/** What a job needs. */
export interface Need {
  readonly provider: AskedProvider;
  /** Bytes, one of the {@link memoryClasses}. */
  readonly memory: number;
}

/** The least class that has so many bytes. @throws InputError, of the option `memory`, where none has. */
export function classOf(bytes: number): number {
  const fitting = memoryClasses.find((one) => one >= bytes);
  if (fitting === undefined)
    throw new InputError(`no more than ${formatBytes(memoryClasses.at(-1)!)} are asked for; give less`, {
      field: 'memory',
    });
  return fitting;
}

/** The name of the queue for jobs with such a need. */
export const queueOf = ({ provider, memory }: Need): string => `${provider}-${memory / 2 ** 20}M`;

/** What is needed by the jobs of a queue; undefined for a name that is none of ours. */
export function needOf(queue: string): Need | undefined {
  const [, asked, megabytes] = /^([a-z]+)-(\d+)M$/.exec(queue) ?? [];
  const provider = askedProviders.find((name) => name === asked);
  const memory = memoryClasses.find((bytes) => bytes === Number(megabytes) * 2 ** 20);
  return provider && memory ? { provider, memory } : undefined;
}

/** What a worker has. */
export interface Capacity {
  readonly provider: ProviderName;
  /** Bytes for all that it does at a time. */
  readonly memory: number;
}

/** Whether a worker with so much can do such a job. */
export const fits = ({ provider, memory }: Need, capacity: Capacity): boolean =>
  (provider === 'any' || provider === capacity.provider) && memory <= capacity.memory;
