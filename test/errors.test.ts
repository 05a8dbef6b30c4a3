import { expect, test } from '@jest/globals';
import { InputError } from '../src/errors.js';

test('an InputError is one line, whatever is quoted in it', () => {
  const { message, reason, field } = new InputError('there is no a\nb\x1b[31m', { field: 'size' });
  expect({ message, reason, field }).toEqual({
    message: 'size: there is no a\\nb\\x1b[31m',
    reason: 'there is no a\\nb\\x1b[31m',
    field: 'size',
  });
});

test('an InputError around another says the same', () => {
  const inner = new InputError('a\nb');
  expect(new InputError(`can't read: ${inner.message}`).message).toBe("can't read: a\\nb");
});
