import { describe, expect, test } from '@jest/globals';
import {
  areSame,
  isSame,
  known,
  lesser,
  minus,
  openSide,
  plus,
  product,
  quotient,
  quotientUp,
  type Side,
  sideAt,
  times,
} from '../../src/onnx/sides.js';

const [n, h, w] = ['N', 'H', 'W'].map((name) => openSide(name)) as [Side, Side, Side];

/** The side of a convolution by 3 with stride 2, padded by 1. */
const strided = (side: Side): Side => plus(quotient(minus(plus(side, 2), 3), 2), 1);

describe('sides that are left open', () => {
  test('are computed with as numbers are', () => {
    expect([plus(2, 3), times(2, 3), minus(2, 3), quotient(7, 2), quotientUp(7, 2)]).toEqual([5, 6, -1, 3, 4]);
    expect(product([])).toBe(1);
  });

  test.each([
    [times(n, 64), '64*N'],
    [plus(plus(h, w), h), '2*H + W'],
    [minus(h, h), '0'],
    [minus(0, n), '-N'],
    [times(plus(h, 1), plus(n, 1)), 'H*N + H + N + 1'],
    [product([n, 3, h, w]), '3*H*N*W'],
    [quotient(product([n, 49, h, 8]), times(n, 8)), '49*H'],
    [quotient(plus(times(2, h), 3), 2), 'H + 1'],
    [quotient(product([6, n, plus(h, 1), plus(w, 2)]), times(plus(h, 1), 3)), '2*N*W + 4*N'],
    [quotient(minus(h, 2), 2), 'floor(H/2) - 1'],
    [quotientUp(h, 2), 'floor((H + 1)/2)'],
    [strided(strided(strided(h))), 'floor((H - 1)/8) + 1'],
    [lesser(n, 8), 'min(N, 8)'],
    [lesser(minus(n, 2), n), 'N - 2'],
  ])('%# is %s', (side, text) => {
    expect(String(side)).toBe(text);
  });

  test('equal formulas are the same side', () => {
    expect(isSame(times(plus(h, 1), 2), plus(h, plus(h, 2)))).toBe(true);
    expect(areSame([n, 3], [openSide('N'), 3])).toBe(true);
    expect(isSame(n, h)).toBe(false);
    expect(isSame(n, 1)).toBe(false);
  });

  test('are what they are at numbers', () => {
    const numbers = new Map([
      ['H', 65],
      ['N', 5],
    ]);
    expect(sideAt(strided(strided(h)), numbers)).toBe(17);
    expect(sideAt(plus(lesser(n, 8), lesser(n, 2)), numbers)).toBe(7);
  });

  test('a name that is none of a single word is kept, and no formula', () => {
    const odd = openSide('2*N');
    expect(odd.name).toBe('2*N');
    expect(isSame(odd, times(n, 2))).toBe(false);
    expect(String(times(odd, 3))).toBe("3*'2*N'");
  });

  test('where a number is needed, the line says which side of which input is open', () => {
    expect(known(3)).toBe(3);
    expect(() => known(plus(openSide('H', 'x'), 1))).toThrow(
      "it takes the side H + 1 as a number: H of the input 'x' is open; give it in inputShapes",
    );
  });

  test('formulas that each step would double are given up', () => {
    const grow = () => Array.from({ length: 20 }).reduce<Side>((side) => times(side, side), plus(n, 1));
    expect(grow).toThrow('too long a formula');
  });
});
