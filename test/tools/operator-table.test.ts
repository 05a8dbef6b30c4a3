import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { stops } from '../../src/onnx/gradient/stops.js';
import { gradientRules, inferredOperators } from '../../src/onnx/index.js';
import { standardOperators } from '../../tools/operator-table/standard.js';
import { operatorTable } from '../../tools/operator-table/table.js';

describe('docs/operators.md', () => {
  test('is what npm run operator-table writes', () => {
    expect(readFileSync(new URL('../../../docs/operators.md', import.meta.url), 'utf8')).toBe(operatorTable());
  });

  test('has a line for every rule', () => {
    const known = [...Object.keys(gradientRules), ...inferredOperators, ...stops];
    expect(known.filter((operator) => !standardOperators.has(operator))).toEqual([]);
  });

  test('knows no operator that both ends a gradient and has one, but for what is gone straight through', () => {
    expect(Object.keys(gradientRules).filter((operator) => stops.has(operator))).toEqual(['QuantizeLinear']);
  });

  test('leaves no operator with a gradient without a shape', () => {
    expect(Object.keys(gradientRules).filter((operator) => !inferredOperators.includes(operator))).toEqual([]);
  });
});
