/** Amounts of memory as a person writes and reads them. */
const units = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** `512M`, `4G`, `1.5GiB` in bytes, undefined for what is none of that. Each unit is 1024 times the one before. */
export function parseBytes(text: string): number | undefined {
  const [, number, unit] = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * units[unit!.toLowerCase() as keyof typeof units];
}

/** 1536 MiB as `1.5G`: as the option `memory` takes it, rounded up to three digits. */
export function formatBytes(bytes: number): string {
  const [suffix, unit] = bytes >= units.g ? ['G', units.g] : ['M', units.m];
  const amount = bytes / unit;
  const step = amount >= 100 ? 1 : amount >= 10 ? 0.1 : 0.01;
  return `${Number((Math.ceil(amount / step) * step).toFixed(2))}${suffix}`;
}
