import { expect, test } from '@jest/globals';
import { explainBreak } from '../../../src/runtime/providers/explain.js';

test.each([
  [
    'CUDA failure 2: out of memory ; GPU=0 ; hostname=h',
    /memory of cuda:1 is not enough; draw at a smaller size, or on the processor \(provider cpu\)/,
  ],
  ['BFCArena: Failed to allocate memory for requested buffer of size 67108864', /memory of cuda:1 is not enough/],
  ['Exception(3) tid(1) 887A0005 The GPU device instance has been suspended', /cuda:1 lost its device/],
  ['CUDA failure 719: unspecified launch failure', /cuda:1 lost its device/],
])('a drawing that breaks off with %s', (message, reason) => {
  expect(explainBreak({ name: 'cuda', device: 1 }, message)).toMatch(reason);
});

test("what is not the device's doing stays a fault of ours, and so does all that happens on the CPU", () => {
  expect(explainBreak({ name: 'cuda' }, "cannot read 'data' of undefined")).toBeUndefined();
  expect(explainBreak({ name: 'cpu' }, 'out of memory')).toBeUndefined();
});
