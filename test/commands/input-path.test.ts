import { expect, test } from '@jest/globals';
import { drawSchema } from '../../src/commands/draw/options.js';
import { inputPath } from '../../src/commands/input-path.js';
import { check } from '../../src/validation.js';

test.each(['photo.jpg', 'C:\\photos\\a.jpg', 'c://photos/a.jpg', 'a:b.jpg', './https:/a.jpg'])(
  '%s is a path',
  (path) => {
    expect(check(inputPath, path)).toBe(path);
  },
);

test.each([
  ['https://example.org/a.jpg', 'fetch the file first, and give its path'],
  ['HTTP://example.org', 'fetch the file first, and give its path'],
  ['s3://bucket/a.jpg', 'fetch the file first, and give its path'],
  ['file:///home/me/a%20b.jpg', 'give the path: /home/me/a b.jpg'],
  ['file://elsewhere/a.jpg', 'give the path of a file on this machine'],
])('%s is an address, and what to do is said', (address, remedy) => {
  expect(() => check(inputPath, address)).toThrow(`${address} is an address; ${remedy}`);
});

test.each(['photo', 'style', 'network', 'weights', 'preset'])('an address as %s is refused', (option) => {
  const address = 'https://example.org/a.jpg';
  expect(() => check(drawSchema, { [option]: address })).toThrow();
  const { error } = drawSchema.safeParse({ [option]: address });
  expect(error!.issues.filter(({ path }) => path[0] === option).map(({ message }) => message)).toEqual([
    `${address} is an address; fetch the file first, and give its path`,
  ]);
});
