/** How much memory a drawing may take. */
import { z } from 'zod';

export interface MemoryLimit {
  readonly bytes: number;
  /** Whether the person gave it. */
  readonly isGiven: boolean;
}

const units = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Bytes as a number, or as text: `512M`, `4G`, `1.5GiB`. Each unit is 1024 times the one before. */
export const memorySchema = z.union([z.number(), z.string()]).transform((given, context) => {
  const bytes = typeof given === 'number' ? given : parseBytes(given);
  if (bytes !== undefined && bytes >= 1 && Number.isFinite(bytes)) return Math.round(bytes);
  context.addIssue(`expected bytes with a unit, such as 512M, 4G or 1.5GiB, not '${given}'`);
  return z.NEVER;
});

function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * units[unit!.toLowerCase() as keyof typeof units];
}

/** What was given, else what the machine has free (the container, where that has less). */
export function memoryLimit(given: number | undefined): MemoryLimit {
  return { bytes: given ?? process.availableMemory(), isGiven: given !== undefined };
}

/** 1536 MiB as `1.5G`: as `--memory` takes it, rounded up to three digits. */
export function formatBytes(bytes: number): string {
  const [suffix, unit] = bytes >= units.g ? ['G', units.g] : ['M', units.m];
  const amount = bytes / unit;
  const step = amount >= 100 ? 1 : amount >= 10 ? 0.1 : 0.01;
  return `${Number((Math.ceil(amount / step) * step).toFixed(2))}${suffix}`;
}
