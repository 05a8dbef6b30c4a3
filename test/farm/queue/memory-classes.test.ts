import { expect, test } from '@jest/globals';
import { classOf, fits, needOf, queueOf } from '../../../src/farm/queue/memory-classes.js';

const megabytes = 2 ** 20;

test('a job is in the class that has what it needs', () => {
  expect([1, 256, 257, 700, 1024, 1025].map((amount) => classOf(amount * megabytes) / megabytes)).toEqual([
    256, 256, 512, 1024, 1024, 2048,
  ]);
  expect(() => classOf(2 ** 50)).toThrow(/^memory: no more than/);
});

test('a queue has its need in its name, and names that are none of ours are none', () => {
  const need = { provider: 'cuda', memory: 2048 * megabytes } as const;
  expect(queueOf(need)).toBe('cuda-2048M');
  expect(needOf(queueOf(need))).toEqual(need);
  expect(['cuda-2047M', 'tpu-2048M', 'cuda', 'cuda-2048M-x'].map(needOf)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a worker takes what it has the memory and the provider for', () => {
  const worker = { provider: 'cpu', memory: 700 * megabytes } as const;
  const need = (provider: 'any' | 'cpu' | 'cuda', amount: number) =>
    fits({ provider, memory: amount * megabytes }, worker);
  expect([need('any', 512), need('cpu', 512), need('cuda', 512), need('any', 1024)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
