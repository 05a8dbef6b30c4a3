import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { InputError } from '../src/errors.js';
import { check, orMissing, strictObject } from '../src/validation.js';

const schema = strictObject({
  size: z.number().int().min(1).max(9).optional(),
  rate: z.number().gt(0).lt(1).optional(),
  name: z.string().min(1).optional(),
  kind: z.enum(['raw', 'photo']).optional(),
  phases: z.array(strictObject({ layer: z.string() })).optional(),
  both: strictObject({
    decay: z.enum(['linear', 'cosine']),
    rate: z.union([z.number(), z.string()], { error: orMissing('expected a rate') }),
  }).optional(),
  price: z
    .union([z.number().min(0), strictObject({ from: z.number().min(0), decay: z.enum(['linear', 'cosine']) })], {
      error: 'expected a price',
    })
    .optional(),
  names: z.record(z.string().regex(/^[a-z]+$/, { error: 'expected letters' }), z.number()).optional(),
});

test('what is right comes back', () => {
  expect(check(schema, { size: 3 })).toEqual({ size: 3 });
});

test.each<[unknown, string]>([
  [{ size: Number.NaN }, 'size: expected a number, not NaN'],
  [{ size: 'abc' }, "size: expected a number, not 'abc'"],
  [{ size: 2.5 }, 'size: expected a whole number, not 2.5'],
  [{ size: 0 }, 'size: expected 1 or more, not 0'],
  [{ size: 10 }, 'size: expected 9 or less, not 10'],
  [{ rate: 0 }, 'rate: expected more than 0, not 0'],
  [{ rate: 1 }, 'rate: expected less than 1, not 1'],
  [{ name: '' }, 'name: it is empty'],
  [{ name: { of: 'it' } }, 'name: expected text, not an object'],
  [{ kind: 'rwa' }, "kind: expected 'raw' or 'photo', not 'rwa'"],
  [{ kind: 'foto' }, "kind: expected 'raw' or 'photo', not 'foto'; did you mean 'photo'?"],
  [{ phases: {} }, 'phases: expected a list, not an object'],
  [{ phases: [{ layer: 'a' }, {}] }, 'phases[1].layer: it is missing; expected text'],
  [{ phases: [{ layr: 'a' }] }, "phases[0].layr: there is no such field; did you mean 'layer'?"],
  [{ both: { rate: 1 } }, "both.decay: it is missing; expected 'linear' or 'cosine'"],
  [{ both: { decay: 'linear' } }, 'both.rate: it is missing; expected a rate'],
  [{ both: { decay: 'linear', rate: true } }, 'both.rate: expected a rate'],
  [{ price: 'free' }, 'price: expected a price'],
  [{ price: -1 }, 'price: expected 0 or more, not -1'],
  [{ price: { from: -1, decay: 'linear' } }, 'price.from: expected 0 or more, not -1'],
  [{ price: { form: 1, decay: 'linear' } }, "price.form: there is no such field; did you mean 'from'?"],
  [
    { price: { from: 1, decay: 'cosin' } },
    "price.decay: expected 'linear' or 'cosine', not 'cosin'; did you mean 'cosine'?",
  ],
  [{ names: { a1: 1 } }, 'names.a1: expected letters'],
  [{ names: 3 }, 'names: expected an object, not 3'],
  [7, 'expected an object, not 7'],
])('%j: which field, why, and what was given', (value, message) => {
  const refusal = (subject?: string) => {
    try {
      return check(schema, value, subject);
    } catch (error) {
      return error;
    }
  };
  expect(refusal()).toBeInstanceOf(InputError);
  expect(refusal()).toMatchObject({ message });
  expect(refusal('preset p')).toMatchObject({ message: `preset p: ${message}`, field: undefined });
});

test('the field is told apart, for whoever calls it by another name', () => {
  expect(() => check(schema, { size: 0 })).toThrow(
    expect.objectContaining({ field: 'size', reason: 'expected 1 or more, not 0' }),
  );
});
