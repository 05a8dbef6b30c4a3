import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadModel } from '../../src/onnx/index.js';
import { onnx } from '../../src/onnx/proto.js';
import { backendModels } from '../../tools/backend-gradients/models.js';
import { apart, modelFolders } from '../../tools/onnx-backend/models.js';

/** Models that are refused, each with a reason. */
const refused: Readonly<Record<string, string>> = {
  // How often it runs is an input, and its body has an operator in an older form.
  test_loop11: 'stays in the form of operator set 11',
};

if (!existsSync(backendModels)) test.skip('skipped, because there is no libonnx-testdata', () => {});
else {
  test('ONNX’s own test models are read, but those without tensors and a few with a reason each', () => {
    let loaded = 0;
    const others: Record<string, string> = {};
    for (const folder of modelFolders(backendModels)) {
      const bytes = readFileSync(join(folder, 'model.onnx'));
      try {
        loadModel(bytes);
        loaded++;
      } catch (error) {
        if (!apart(onnx.ModelProto.decode(bytes))) others[basename(folder)] = (error as Error).message;
      }
    }
    expect(Object.keys(others)).toEqual(Object.keys(refused));
    for (const [name, reason] of Object.entries(refused)) expect(others[name]).toContain(reason);
    // Of 1,072 in ONNX 1.12.
    expect(loaded).toBeGreaterThanOrEqual(1000);
  });
}
