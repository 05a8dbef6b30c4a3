/** Damage done to files, of the kinds that disks, networks and attackers do. */
import type { Random } from './random.js';

export interface Damaged {
  readonly bytes: Buffer;
  /** What was done, in a few words. */
  readonly how: string;
}

/** Numbers at which lengths, sizes and offsets go wrong. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** Half of all damage lies here, because headers say most of what can go wrong. */
const headBytes = 256;

function place(bytes: Buffer, random: Random): number {
  const end = random.chance(0.5) ? Math.min(headBytes, bytes.length) : bytes.length;
  return random.integer(0, Math.max(0, end - 1));
}

/** Gets a copy, which it may change. `other`: another file, to take a part of. */
type Kind = (bytes: Buffer, random: Random, other: Buffer) => Damaged;

const kinds: readonly Kind[] = [
  (bytes, random) => {
    const count = random.integer(1, 8);
    for (let i = 0; i < count; i++) bytes[place(bytes, random)]! ^= 1 << random.integer(0, 7);
    return { bytes, how: `${count} bits flipped` };
  },
  (bytes, random) => {
    const count = random.integer(1, 16);
    for (let i = 0; i < count; i++) bytes[place(bytes, random)] = random.integer(0, 255);
    return { bytes, how: `${count} bytes changed` };
  },
  (bytes, random) => {
    const length = random.integer(0, bytes.length - 1);
    return { bytes: bytes.subarray(0, length), how: `cut to ${length} of ${bytes.length} bytes` };
  },
  (bytes, random) => {
    const value = random.pick(edges);
    const [at, size] = [place(bytes, random), value > 0xffff ? 4 : random.pick([2, 4])];
    if (at + size > bytes.length) return { bytes: bytes.subarray(0, at), how: `cut to ${at} bytes` };
    const little = random.chance(0.5);
    if (little) bytes.writeUIntLE(value % 2 ** (8 * size), at, size);
    else bytes.writeUIntBE(value % 2 ** (8 * size), at, size);
    return { bytes, how: `0x${value.toString(16)} in ${size} bytes at ${at}, ${little ? 'little' : 'big'} end first` };
  },
  (bytes, random) => {
    const at = place(bytes, random);
    const inserted = random.chance(0.5) ? random.bytes(random.integer(1, 64)) : Buffer.alloc(random.integer(1, 4096));
    const whole = Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)]);
    return { bytes: whole, how: `${inserted.length} bytes put in at ${at}` };
  },
  (bytes, random) => {
    const at = place(bytes, random);
    const count = random.integer(1, Math.max(1, Math.min(1024, bytes.length - at)));
    const whole = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + count)]);
    return { bytes: whole, how: `${count} bytes taken out at ${at}` };
  },
  (bytes, random) => {
    const at = place(bytes, random);
    const count = random.integer(1, Math.max(1, Math.min(1024, bytes.length - at)));
    bytes.fill(random.pick([0, 0xff]), at, at + count);
    return { bytes, how: `${count} bytes wiped at ${at}` };
  },
  (bytes, random) => {
    const [at, from] = [place(bytes, random), place(bytes, random)];
    const count = random.integer(1, 512);
    const part = Buffer.from(bytes.subarray(from, from + count));
    const whole = Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
    return { bytes: whole, how: `${part.length} bytes of ${from} again at ${at}` };
  },
  (bytes, random, other) => {
    const [at, from] = [place(bytes, random), place(other, random)];
    const whole = Buffer.concat([bytes.subarray(0, at), other.subarray(from)]);
    return { bytes: whole, how: `${at} bytes, and another file from ${from} on` };
  },
];

/** A damaged copy of `bytes`, of one or two kinds. `other` is a file whose parts may be put in. */
export function damage(bytes: Buffer, random: Random, other: Buffer = bytes): Damaged {
  const once = random.pick(kinds)(Buffer.from(bytes), random, other);
  if (once.bytes.length === 0 || random.chance(0.7)) return once;
  const twice = random.pick(kinds)(Buffer.from(once.bytes), random, other);
  return { bytes: twice.bytes, how: `${once.how}; ${twice.how}` };
}

/** What a person or a program may put where a word or a number is expected. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\n',
  '\r\nvggdraw: all is well',
  '\u001b[2J\u001b[31m\u001b]0;title\u0007',
  '\u0000',
  '\u202egnp.exe',
  '\ud800',
  '__proto__',
  'constructor',
  'toString',
  '../../../../etc/passwd',
  '/dev/null',
  '%s%n%x',
  '$(touch pwned)',
  '-1',
  '1e999',
  'NaN',
  'ä€😀'.repeat(50),
];

/** Values that JSON can say, and that nobody expects. */
export const hostileValues: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [[]],
  -1,
  0,
  0.5,
  1e-320,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  'x'.repeat(100_000),
  { ['k\n'.repeat(40_000)]: 1 },
  JSON.parse('{"__proto__": {"polluted": true}}'),
  ...hostileTexts,
];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Puts a hostile value into a place of JSON: instead of a value, or under a name of its own. @returns what was done, in a few words. */
export function putHostile(root: { [key: string]: Json }, random: Random): string {
  let parent: { [key: string]: Json } | Json[] = root;
  let key: string | number = '';
  for (;;) {
    key = Array.isArray(parent) ? random.integer(0, parent.length - 1) : random.pick(Object.keys(parent));
    const inside: Json = (parent as Record<string, Json>)[key]!;
    if (typeof inside !== 'object' || inside === null || Object.keys(inside).length === 0 || random.chance(0.3)) break;
    parent = inside;
  }
  const value = random.pick(hostileValues) as Json;
  if (!Array.isArray(parent) && random.chance(0.15)) key = random.pick(hostileTexts) + key;
  if (random.chance(0.1)) delete (parent as Record<string, Json>)[key];
  else (parent as Record<string, Json>)[key] = value;
  return `${JSON.stringify(value).slice(0, 40)} as ${JSON.stringify(key)}`;
}
