import { expect, test } from '@jest/globals';
import { counted } from '../src/counted.js';

test('one of a thing is called otherwise than none or several', () => {
  expect([0, 1, 2].map((count) => counted(count, 'frame'))).toEqual(['0 frames', '1 frame', '2 frames']);
});
