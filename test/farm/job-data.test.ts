import { describe, expect, test } from '@jest/globals';
import { checkJob, idOf } from '../../src/farm/job-data.js';

const digest = 'a'.repeat(64);
const job = {
  ...{
    version: '0.1.0',
    name: 'photo',
    photo: digest,
    preset: 'pencil',
    recipe: { phases: [] },
    weights: { formula: 'contour:1' },
  },
  ...{
    provider: 'any',
    memory: 2 ** 30,
    exact: false,
    size: 512,
    style: [],
    keepColours: false,
    outputs: ['video'],
    hold: 2,
  },
};

describe('the id of a job', () => {
  const id = idOf(checkJob(job));
  test('is that of its work: not of what the photo is called, nor of the order of fields, nor of what is left out', () => {
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(idOf(checkJob({ ...job, name: 'another' }))).toBe(id);
    const named = (name: string) => idOf(checkJob({ ...job, weights: { file: digest, name } }));
    expect(named('one.h5')).toBe(named('another.h5'));
    expect(idOf(checkJob(Object.fromEntries(Object.entries(job).reverse())))).toBe(id);
    expect(idOf(checkJob({ ...job, threads: undefined }))).toBe(id);
  });

  test.each([
    { photo: 'b'.repeat(64) },
    { version: '0.2.0' },
    { weights: { formula: 'contour:2' } },
    { weights: { file: digest, name: 'x.h5' } },
    { memory: 2 ** 31 },
    { threads: 1 },
    { provider: 'cpu' },
    { recipe: { phases: [{}] } },
    { outputs: ['still'] },
  ])('is another one with %j', (change) => {
    expect(idOf(checkJob({ ...job, ...change }))).not.toBe(id);
  });
});

describe('data of a job', () => {
  test.each([
    [{ photo: '../../etc/passwd' }, 'job: photo: expected a SHA-256, in hexadecimal digits'],
    [{ photo: `${digest}/..` }, 'job: photo: expected a SHA-256, in hexadecimal digits'],
    [{ name: '../x' }, 'job: name: expected a name without folders'],
    [{ name: '..' }, 'job: name: expected a name without folders'],
    [{ name: 'a\nb' }, 'job: name: expected a name without folders'],
    [{ preset: '/etc/passwd' }, 'job: preset: expected a name without folders'],
    [{ weights: { file: '/etc/passwd', name: 'x' } }, 'job: weights.file: expected a SHA-256, in hexadecimal digits'],
    [{ weights: { formula: '/etc/passwd' } }, 'job: weights.formula: expected contour:1 or seeded:1'],
    [{ network: { file: 'x', name: 'x' } }, 'job: network.file: expected a SHA-256, in hexadecimal digits'],
    [{ style: [{ picture: '../x', weight: 1 }] }, 'job: style[0].picture: expected a SHA-256, in hexadecimal digits'],
    [{ outputs: ['../../x'] }, /^job: outputs\[0\]: expected 'video' or/],
    [{ output: '/tmp/x.mp4' }, "job: output: there is no such field; did you mean 'outputs'?"],
    [{ checkpoint: '/tmp/x' }, 'job: checkpoint: there is no such field'],
    [{ memory: 2 ** 60 }, /^job: memory: expected \d+ or less/],
    [{ size: 0 }, 'job: size: expected 1 or more, not 0'],
    [{ size: '512' }, "job: size: expected a number, not '512'"],
    [{ hold: 1e9 }, 'job: hold: expected 3600 or less, not 1000000000'],
  ])('%j is refused', (change, message) => {
    expect(() => checkJob({ ...job, ...change })).toThrow(message);
  });
});
