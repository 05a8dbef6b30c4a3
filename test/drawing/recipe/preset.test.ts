import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type PresetInput, parsePreset, readPreset } from '../../../src/drawing/recipe/preset.js';
import { defaultPreset, findPreset, presets } from '../../../src/drawing/recipe/presets.js';
import { iterationsOf, layersOf, styleLayersOf, valueAt } from '../../../src/drawing/recipe/schedule.js';
import { InputError } from '../../../src/errors.js';

const phases = [{ layer: 'conv1_2', iterations: 5, learningRate: 1 }];

const strokes = { kind: 'strokes', count: 10, width: [3, 1], lengths: [10, 20] };

describe('the built-in presets', () => {
  test('sketch is the original', () => {
    expect(presets.sketch).toEqual({
      description: expect.any(String),
      canvas: { colours: 'rgb', start: 'white', lower: 0, upper: 1 },
      scales: [1],
      optimizer: 'adam',
      tone: 'raw',
      finalTone: 'print',
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      phases: [
        { layer: 'block5_conv2', iterations: 6, learningRate: 0.7, keepOptimizer: false },
        { layer: 'block5_conv1', iterations: 6, learningRate: 0.7, keepOptimizer: true },
        { layer: 'block2_conv2', iterations: 10, learningRate: 0.6, keepOptimizer: false },
        { layer: 'block1_conv2', iterations: 1, learningRate: 0.1, keepOptimizer: false },
      ],
    });
    expect(iterationsOf(presets.sketch)).toBe(23);
  });

  test('painting goes from deep to shallow in the colours of the photo', () => {
    expect(presets.painting.canvas).toEqual({ colours: 'rgb', start: 'paper', lower: 'black', upper: 'white' });
    expect([presets.painting.tone, presets.painting.finalTone]).toEqual(['photo', 'photo']);
    expect(layersOf(presets.painting)).toEqual(['block3_conv2', 'block2_conv2', 'block1_conv2']);
    expect(presets.painting.phases.every(({ colour }) => colour !== undefined)).toBe(true);
  });

  test('but for sketch they need no deeper layer than block3_conv4, and say in a line what they are like', () => {
    for (const [name, preset] of Object.entries(presets)) {
      if (name !== 'sketch') for (const layer of layersOf(preset)) expect(layer).toMatch(/^block[123]/);
      expect(preset.description).toMatch(/^[^\n]{10,80}$/);
    }
  });

  test('pencil is the default: grey, contours first, as the price of ink falls', () => {
    expect(defaultPreset).toBe('pencil');
    expect(presets.pencil.canvas.colours).toBe('grey');
    const prices = presets.pencil.phases.flatMap(({ ink, iterations }) =>
      [0, iterations - 1].map((i) => valueAt(ink!, iterations, i)),
    );
    expect(prices).toEqual(prices.toSorted((a, b) => b - a));
    expect(iterationsOf(presets.pencil)).toBeLessThanOrEqual(30);
  });

  test('style looks no deeper than the first three blocks, with the photo at one depth of them', () => {
    expect(styleLayersOf(presets.style)).toEqual(['block1_conv1', 'block2_conv1', 'block3_conv1']);
    expect(layersOf(presets.style).every((layer) => layer < 'block4')).toBe(true);
    expect(parsePreset(JSON.parse(JSON.stringify(presets.style)), 'again')).toEqual(presets.style);
  });

  test('a built-in preset is a preset file', () => {
    expect(parsePreset(JSON.parse(JSON.stringify(presets.painting)), 'again')).toEqual(presets.painting);
  });
});

describe('parsePreset', () => {
  test('fills in what is left out, and names layers as Keras does', () => {
    expect(parsePreset({ phases }, 'short')).toEqual({
      canvas: { colours: 'rgb', start: 'paper', lower: 'black', upper: 'white' },
      scales: [1],
      optimizer: 'adam',
      tone: 'photo',
      finalTone: 'photo',
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      phases: [{ layer: 'block1_conv2', iterations: 5, learningRate: 1, keepOptimizer: false }],
    });
  });

  test("the finished picture has the frames' tone where it has none of its own", () => {
    expect(parsePreset({ tone: 'raw', phases }, 'p').finalTone).toBe('raw');
  });

  test('where its schema lies is for editors', () => {
    expect(parsePreset({ $schema: './preset.schema.json', phases }, 'p')).toEqual(parsePreset({ phases }, 'p'));
  });

  test.each<[unknown, string]>([
    [null, 'preset p: '],
    [[], 'preset p: '],
    [{}, 'preset p: phases: '],
    [{ phases: [] }, 'preset p: phases: '],
    [{}, 'preset p: phases: it is missing; expected a list'],
    [{ phases: [{}] }, 'preset p: phases[0].iterations: it is missing; expected a number'],
    [
      { phases: [{ layer: 'conv1_2', iterations: 5 }] },
      'preset p: phases[0].learningRate: it is missing; expected a positive number or',
    ],
    [{ phases: [{ ...phases[0], layer: 'block6_conv1' }] }, "preset p: phases[0].layer: unknown layer 'block6_conv1'"],
    [{ phases: [{ ...phases[0], iterations: 0 }] }, 'preset p: phases[0].iterations: '],
    [{ phases: [{ ...phases[0], iterations: 1.5 }] }, 'preset p: phases[0].iterations: '],
    [{ phases: [{ ...phases[0], learningRate: -1 }] }, 'preset p: phases[0].learningRate: '],
    [
      { phases: [{ ...phases[0], learningRate: 'fast' }] },
      'preset p: phases[0].learningRate: expected a positive number or',
    ],
    [{ phases: [phases[0], { ...phases[0], keepOptimizer: 'yes' }] }, 'preset p: phases[1].keepOptimizer: '],
    [{ phases, tone: 'sepia' }, 'preset p: tone: '],
    [{ phases, canvas: { lower: 1, upper: 0 } }, 'preset p: canvas: lower (1) has to be less than upper (0)'],
    [
      { phases, canvas: { lower: 'white', upper: 'black' } },
      'preset p: canvas: lower (white) has to be less than upper (black)',
    ],
    [
      { phases, canvas: { lower: 'white', upper: 140 } },
      'preset p: canvas: lower (white) has to be less than upper (140)',
    ],
    [{ phases, canvas: { lower: 0, upper: 'black' } }, 'preset p: canvas: lower (0) has to be less than upper (black)'],
    [{ phases, canvas: { lower: 'grey' } }, 'preset p: canvas.lower: expected a number, "black" or "white"'],
    [{ phases, adam: { beta1: 1 } }, 'preset p: adam.beta1: '],
    [{ phases, scales: 0.5 }, 'preset p: scales: expected up to 8 ascending numbers above 0, the last one 1'],
    [{ phases, scales: [] }, 'preset p: scales: expected up to 8'],
    [{ phases, scales: [0.5] }, 'preset p: scales: expected up to 8'],
    [{ phases, scales: [0, 1] }, 'preset p: scales: expected up to 8'],
    [{ phases, scales: [0.5, 0.5, 1] }, 'preset p: scales: expected up to 8'],
    [{ phases, medium: { kind: 'oil' } }, 'preset p: medium'],
    [{ phases, medium: { ...strokes, count: 0 } }, 'preset p: medium.count: '],
    [{ phases, medium: { ...strokes, count: 1e7 } }, 'preset p: medium.count: '],
    [{ phases, medium: { ...strokes, lengths: [30, 20] } }, 'preset p: medium.lengths: the first is the shortest'],
    [{ phases, medium: { ...strokes, width: [0, 1] } }, 'preset p: medium.width[0]: '],
    [
      { phases, medium: { ...strokes, length: 1 } },
      "preset p: medium.length: there is no such field; did you mean 'lengths'?",
    ],
    [{ phases, medium: strokes, tone: 'raw' }, "preset p: tone: strokes are shown in the tone 'photo'"],
    [{ phases, scales: [0.5, 1, 2] }, 'preset p: scales: expected up to 8'],
    [{ phases, scales: ['half', 1] }, 'preset p: scales[0]: expected up to 8'],
    [{ phases, scales: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((k) => k / 9) }, 'preset p: scales: expected up to 8'],
    [
      { phases, scales: [1, 2, 3, 4, 5, 6].map((k) => k / 6) },
      'preset p: scales: there are more of them than iterations',
    ],
    [{ phases, iterations: 5 }, 'preset p: iterations: there is no such field'],
    [
      { phases: [{ iterations: 5, learningRate: 1 }] },
      'preset p: phases[0]: it needs a layer, or layers with their weights',
    ],
    [
      { phases: [{ layer: 'conv1_2', iteration: 5, learningRate: 1 }] },
      "preset p: phases[0].iteration: there is no such field; did you mean 'iterations'?",
    ],
    [{ phases, canvas: { colors: 'grey' } }, "canvas.colors: there is no such field; did you mean 'colours'?"],
    [{ phases, canvas: { colours: 'gray' } }, "expected 'rgb' or 'grey', not 'gray'; did you mean 'grey'?"],
    [{ phases, canvas: { start: 'foto' } }, "not 'foto'; did you mean 'photo'?"],
    [{ phases, canvas: { paper: 'balck' } }, "not 'balck'; did you mean 'black'?"],
    [{ phases, canvas: { lower: 'blak' } }, `expected a number, "black" or "white"; did you mean 'black'?`],
    [{ phases: [{ ...phases[0], ink: -1 }] }, 'preset p: phases[0].ink: expected 0 or more, not -1'],
    [
      { phases: [{ ...phases[0], ink: { form: 2, to: 1, decay: 'linear' } }] },
      "preset p: phases[0].ink.form: there is no such field; did you mean 'from'?",
    ],
    [
      { phases: [{ ...phases[0], layer: undefined, layers: { conv9_9: 1 } }] },
      "preset p: phases[0].layers.conv9_9: unknown layer 'conv9_9'",
    ],
    [{ phases, canvas: { colours: 'grey' }, finalTone: 'raw' }, 'preset p: finalTone: a grey canvas is shown in'],
    [{ phase: phases }, "preset p: phase: there is no such field; did you mean 'phases'?"],
    [{ phases: [{ ...phases[0], layer: 'block1_cov2' }] }, "did you mean 'block1_conv2'?"],
    [
      { phases, tone: 'phto' },
      "preset p: tone: expected 'raw' or 'print' or 'photo' or 'firm' or 'bold', not 'phto'; did you mean 'photo'?",
    ],
  ])('refuses %j', (preset, message) => {
    expect(() => parsePreset(preset, 'p')).toThrow(InputError);
    expect(() => parsePreset(preset, 'p')).toThrow(message);
  });
});

const testWithPipes = process.platform === 'win32' ? test.skip : test;

testWithPipes('what never ends, or never begins, is no preset', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vggdraw-preset-'));
  try {
    const pipe = join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero', '/dev/null']) {
      await expect(findPreset(path)).rejects.toThrow(`preset: can't read ${path}: it is not an ordinary file`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('style and optimizer', () => {
  const phase = { layer: 'conv1_2', iterations: 5, learningRate: 1 };
  const parsed = (more: object, top = {}) => parsePreset({ ...top, phases: [{ ...phase, ...more }] }, 'p');

  test('style is layers with their weights', () => {
    const falling = { from: 2, to: 1, decay: 'linear' } as const;
    const layers = { block1_conv1: 1, block2_conv1: falling };
    expect(parsed({ style: { conv1_1: 1, conv2_1: falling } }).phases[0]!.style).toEqual(layers);
    expect(layersOf(parsed({ style: { conv2_1: 1 } }))).toEqual(['block1_conv2', 'block2_conv1']);
  });

  test('the optimizer is Adam, or L-BFGS by its name', () => {
    expect(parsed({}).optimizer).toBe('adam');
    expect(parsed({}, { optimizer: 'lbfgs' }).optimizer).toBe('lbfgs');
  });

  test.each<[object, object, string]>([
    [{ style: {} }, {}, 'preset p: phases[0].style: it needs a layer with its weight'],
    [{ style: { conv1_1: -1 } }, {}, 'preset p: phases[0].style.conv1_1: '],
    [{ style: { conv9_1: 1 } }, {}, "unknown layer 'conv9_1'"],
    [{ style: 3 }, {}, 'preset p: phases[0].style: expected an object, not 3'],
    [{}, { optimizer: 'sgd' }, "preset p: optimizer: expected 'adam' or 'lbfgs', not 'sgd'"],
  ])('%j, %j', (more, top, message) => {
    expect(() => parsed(more, top)).toThrow(message);
  });
});

describe('findPreset', () => {
  test('a name that is neither built in nor a file', async () => {
    await expect(findPreset('oil')).rejects.toThrow(
      /^preset: there is no preset 'oil'; choose one of pencil, .*, sketch, or give a JSON file$/,
    );
    await expect(findPreset('paintng')).rejects.toThrow("; did you mean 'painting'?");
    await expect(findPreset('constructor')).rejects.toThrow(InputError);
    await expect(findPreset('./oil.json')).rejects.toThrow('there is no file ./oil.json');
  });

  test('a name that no file can have', async () => {
    await expect(findPreset(`${'x'.repeat(4000)}.json`)).rejects.toThrow(
      /^preset: can't read x+ … x+\.json: the name is too long for the file system; check it$/,
    );
  });

  test('what a damaged file is quoted with is in one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vggdraw-preset-'));
    try {
      const path = join(folder, 'mine.json');
      await writeFile(path, '{\n"phases":\n\n\u001b[31mred\n}\n');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
      await expect(readPreset(path)).rejects.toThrow(/^preset [^\x00-\x1f]+: it is not JSON: [^\x00-\x1f]+$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'vggdraw-preset-'));
    try {
      const path = join(folder, 'mine.json');
      await writeFile(path, JSON.stringify({ phases } satisfies PresetInput));
      expect(await findPreset(path)).toEqual(parsePreset({ phases }, 'mine'));
      await writeFile(path, '{"phases": [');
      await expect(readPreset(path)).rejects.toThrow(`preset ${path}: it is not JSON: `);
      await expect(readPreset(folder)).rejects.toThrow(`preset: can't read ${folder}: it is a folder`);
      await writeFile(path, `\ufeff${JSON.stringify({ phases })}`);
      expect(await readPreset(path)).toEqual(parsePreset({ phases }, 'mine'));
      await writeFile(path, Buffer.from(`\ufeff${JSON.stringify({ phases })}`, 'utf16le'));
      await expect(readPreset(path)).rejects.toThrow(`preset ${path}: it is not UTF-8`);
      await writeFile(path, Buffer.alloc(2 ** 20 + 1, ' '));
      await expect(readPreset(path)).rejects.toThrow('larger than 1 MB');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
