import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { checkGradient } from '../../tools/backend-gradients/check.js';
import { backendModels } from '../../tools/backend-gradients/models.js';

/** Models without a gradient rule, each with a reason; a model is named by a part of its name. */
const withoutRule = [
  // How many elements are unique is known only when it runs.
  'unique',
  // Sequences of tensors.
  'sequence_model',
  // A loop as often as floats say.
  'range_float_type_positive_delta_expanded',
];

/** Of these there are some that take minutes; npm run backend-gradients tries them too. */
const slow = 'pytorch-converted';

const folders = existsSync(backendModels)
  ? readdirSync(backendModels)
      .filter((group) => group !== slow)
      .flatMap((group) => readdirSync(join(backendModels, group)).map((name) => join(backendModels, group, name)))
  : [];

if (folders.length === 0) test.skip('skipped, because there is no libonnx-testdata', () => {});
else {
  test('the gradients of ONNX’s own test models agree with central differences, or stop where there are none', async () => {
    const missed: string[] = [];
    let agreed = 0;
    for (const folder of folders.filter((path) => existsSync(join(path, 'model.onnx')))) {
      const { verdict, detail } = await checkGradient(folder);
      const isKnown = verdict === 'no rule' && withoutRule.some((part) => folder.includes(part));
      if (verdict === 'differs' || (verdict === 'no rule' && !isKnown)) missed.push(`${folder}: ${verdict}: ${detail}`);
      if (verdict === 'agrees') agreed++;
    }
    expect(missed).toEqual([]);
    // Not nothing, should the models lie elsewhere one day.
    expect(agreed).toBeGreaterThan(400);
  }, 600_000);
}
