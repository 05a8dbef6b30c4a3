import { expect, test } from '@jest/globals';
import { askedFor } from '../../../src/commands/draw/job.js';
import { drawMany } from '../../../src/commands/draw/many.js';

/** What yargs gives where nothing is said. */
const nothing = {
  ...{ photo: 'x/a.jpg', size: 512, weights: 'auto', provider: 'auto', hold: 2 },
  ...Object.fromEntries(
    ['keepColours', 'exact', 'noCheckpoint', 'resume', 'overwrite', 'view', 'open', 'json', 'quiet', 'landscape'].map(
      (name) => [name, false],
    ),
  ),
};
const jobFor = (given: object) => askedFor({ ...nothing, ...given }).job;

test('the video has the name of the photo, in this folder, and the checkpoint that of the video', () => {
  expect(jobFor({})).toMatchObject({ outputs: { output: 'a.mp4' }, checkpoint: { path: 'a.mp4.checkpoint' } });
  expect(jobFor({ output: 'out/b.mp4' }).checkpoint?.path).toBe('out/b.mp4.checkpoint');
  expect(jobFor({ photo: '-' }).outputs.output).toBe('stdin.mp4');
});

test('a video to stdout has no checkpoint but one that is named, and no report beside it', () => {
  expect(jobFor({ output: '-' }).checkpoint).toBeUndefined();
  expect(jobFor({ output: '-', checkpoint: 'a.checkpoint', resume: true }).checkpoint?.path).toBe('a.checkpoint');
  expect(() => jobFor({ output: '-', resume: true })).toThrow('resume: a video to stdout has no checkpoint beside it');
  expect(() => jobFor({ output: '-', json: true })).toThrow('json: the report is for stdout, where the video goes');
});

test.each<[string, object, RegExp]>([
  ['stdin', { photo: ['a.png', '-'] }, /stdin has no name; draw it by itself/],
  ['stdout', { output: '-' }, /^output: stdout takes one video/],
  ['one file', { output: 'c.mp4' }, /^output: there are several photos, and c\.mp4 is one file/],
  ['another kind of file', { output: '{name}.txt' }, /^output: give the video a name that ends in/],
  ['the page of one drawing', { view: true }, /^view: it shows one drawing/],
])('%s is refused for several photos, before anything is drawn', async (_, given, message) => {
  await expect(drawMany({ ...nothing, photo: ['a.png', 'b.png'], ...given })).rejects.toThrow(message);
});
