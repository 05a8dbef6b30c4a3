import { expect, test } from '@jest/globals';
import { hatchAngle } from '../../../src/media/strokes/hatch.js';

test('the first strokes are for edges, the others have one angle after another', () => {
  const spec = { count: 10, hatch: { angles: [45, -90], share: 0.6 } };
  const angles = Array.from({ length: 10 }, (_, stroke) => hatchAngle(spec, stroke));
  expect(angles.slice(0, 4)).toEqual([undefined, undefined, undefined, undefined]);
  expect(angles.slice(4)).toEqual([...Array(3).fill(Math.PI / 4), ...Array(3).fill(-Math.PI / 2)]);
  expect(hatchAngle({ count: 10, hatch: undefined }, 9)).toBeUndefined();
  expect(hatchAngle({ count: 1, hatch: { angles: [0], share: 1 } }, 0)).toBe(0);
});
