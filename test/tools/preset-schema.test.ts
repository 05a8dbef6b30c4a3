import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parsePreset } from '../../src/drawing/recipe/preset.js';
import { presets } from '../../src/drawing/recipe/presets.js';

const schema = JSON.parse(await readFile('docs/preset.schema.json', 'utf8')) as object;
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(schema);

const phase = { layer: 'block1_conv1', iterations: 1, learningRate: 1 };

function isTaken(preset: unknown): boolean {
  try {
    parsePreset(preset, 'test');
    return true;
  } catch {
    return false;
  }
}

test('docs/preset.schema.json is what is made of the code and of docs/presets.md', async () => {
  const making = promisify(execFile)(process.execPath, ['dist/tools/preset-schema.js', '--check']);
  await expect(making).resolves.toMatchObject({ stderr: '' });
});

describe('the schema', () => {
  test.each(Object.entries(presets))('takes the preset %s', (_, preset) => {
    expect(isValid(preset) || isValid.errors).toBe(true);
  });

  test.each(['README.md', 'docs/presets.md'])('takes the presets in %s', async (path) => {
    const examples = [...(await readFile(path, 'utf8')).matchAll(/^```json\n(.*?)^```/gms)].map(([, code]) => code!);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      expect(isTaken(JSON.parse(example))).toBe(true);
      expect(isValid(JSON.parse(example)) || isValid.errors).toBe(true);
    }
  });

  test.each<[unknown, boolean]>([
    [{ $schema: './preset.schema.json', description: 'mine', phases: [phase] }, true],
    [{ phases: [{ ...phase, layer: 'conv1_1' }] }, true],
    [
      {
        phases: [
          { ...phase, layer: 'relu1_1' },
          { ...phase, layer: 'b1_conv2' },
          { ...phase, layer: 'pool1' },
        ],
      },
      true,
    ],
    [{ phases: [{ ...phase, layer: undefined, layers: { block1_conv1: 1, conv2_2: 0.5 } }] }, true],
    [{ phases: [{ ...phase, ink: { from: 2, to: 1, decay: 'linear' }, smoothness: 4 }] }, true],
    [{ phases: [{ ...phase, style: { block1_conv1: 1, conv2_1: { from: 1, to: 0, decay: 'cosine' } } }] }, true],
    [{ optimizer: 'lbfgs', phases: [phase] }, true],
    [{ scales: [0.5, 1], phases: [{ ...phase, iterations: 2 }] }, true],
    [{ canvas: { colours: 'grey', paper: '#1a2B3c', start: 'noise' }, phases: [phase] }, true],
    [{ canvas: { paper: 'black', start: 'photo' }, phases: [phase] }, true],
    [{ canvas: { lower: -3.5, upper: 'white' }, phases: [phase] }, true],
    [{}, false],
    [{ phases: [] }, false],
    [{ phase: [phase] }, false],
    [{ phases: [phase], tone: 'phto' }, false],
    [{ phases: [{ ...phase, layer: 'block1_cov2' }] }, false],
    [{ phases: [{ ...phase, layers: { block1_cov2: 1 } }] }, false],
    [{ phases: [{ ...phase, iterations: 0 }] }, false],
    [{ phases: [{ ...phase, iterations: 1.5 }] }, false],
    [{ phases: [{ ...phase, learningRate: 0 }] }, false],
    [{ phases: [{ ...phase, learningRate: { from: 1, to: 2 } }] }, false],
    [{ phases: [{ ...phase, ink: -1 }] }, false],
    [{ phases: [{ ...phase, ink: { from: 1, to: -1, decay: 'linear' } }] }, false],
    [{ phases: [{ ...phase, style: { block1_cov1: 1 } }] }, false],
    [{ optimizer: 'adma', phases: [phase] }, false],
    [{ optimizer: { kind: 'lbfgs' }, phases: [phase] }, false],
    [{ scales: 'large', phases: [phase] }, false],
    [{ canvas: { colours: 'gray' }, phases: [phase] }, false],
    [{ canvas: { paper: '#12345' }, phases: [phase] }, false],
    [{ canvas: { paper: 'whitee' }, phases: [phase] }, false],
    [{ adam: { beta1: 1 }, phases: [phase] }, false],
  ])('%j: %p, as the program', (preset, taken) => {
    // As a file states it.
    const stated = JSON.parse(JSON.stringify(preset)) as unknown;
    expect([isValid(stated), isTaken(stated)]).toEqual([taken, taken]);
  });

  test('says in words what each field is', () => {
    const { properties } = schema as { properties: Record<string, { description?: string }> };
    expect(properties.tone!.description).toMatch(/how frames are shown/);
  });
});
