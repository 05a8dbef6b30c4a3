import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { areSeveral, namesOf, photosIn, placed } from '../../../src/commands/draw/places.js';

let folder: string;
const at = (name: string) => join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vggdraw-places-'));
  for (const name of ['photos', 'photos/within', 'empty']) mkdirSync(at(name));
  for (const name of ['b.PNG', 'a.jpg', '.hidden.jpg', 'notes.txt', 'a.mp4']) writeFileSync(at(`photos/${name}`), '');
  symlinkSync(at('photos/a.jpg'), at('photos/also-a.jpg'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of photos, each of which has a video. */
const named = (...photos: string[]): string[] => namesOf(photos, (name) => [`${name}.mp4`]);

describe('names', () => {
  test.each<[string, string[], string[]]>([
    ['a photo has its own name', ['x/a.jpg', 'y/b.png'], ['a', 'b']],
    ['an ending tells photos apart', ['a.jpg', 'a.png', 'b.png'], ['a-jpg', 'a-png', 'b']],
    ['a folder tells photos apart', ['x/a.jpg', 'y/a.jpg'], ['x-a', 'y-a']],
    ['both do', ['x/a.jpg', 'y/a.jpg', 'y/a.png'], ['x-a', 'y-a', 'a-png']],
    ['folders further up', ['x/in/a.jpg', 'y/in/a.jpg'], ['x-in-a', 'y-in-a']],
    ['letter case does not', ['a.jpg', 'A.jpeg'], ['a-jpg', 'A-jpeg']],
    ['a name that another one would get', ['x/a.jpg', 'y/a.jpg', 'x-a.png'], ['x-a-jpg', 'y-a', 'x-a-png']],
    ['there may be no ending', ['a', 'a.jpg'], ['a', 'a-jpg']],
    ['a name that looks like one with an ending', ['x/a.jpg', 'x/a.png', 'x/a-png.gif'], ['a-jpg', 'x-a', 'a-png-gif']],
  ])('%s', (_, photos, names) => {
    expect(named(...photos)).toEqual(names);
  });

  test('do not hang on the order of photos, and no two are alike', () => {
    const photos = [
      'a/b/c.jpg',
      'a-b/c.jpg',
      'a/b-c.jpg',
      'b-c.jpg',
      'c.jpg',
      'c.png',
      'a-b-c.jpg',
      'x/b/c.jpg',
      'b-c',
    ];
    const names = named(...photos);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(photos.length);
    const turned = named(...photos.toReversed());
    expect(turned.toReversed()).toEqual(names);
  });

  test('those are told apart whose files would be one', () => {
    const filesOf = (name: string) => [`${name}.mp4`, `${name}-replay.mp4`];
    expect(namesOf(['a.jpg', 'a-replay.jpg'], filesOf)).toEqual(['a-jpg', 'a-replay-jpg']);
  });
});

describe('where files go', () => {
  const photos = ['x/a.jpg', 'x/b.jpg'];
  const first = (given: Parameters<typeof placed>[1]) => placed(photos, given)[0];

  test.each([
    ['nothing', {}, { output: 'a.mp4' }],
    ['a folder', { output: 'out/' }, { output: 'out/a.mp4' }],
    ['a folder by its name', { output: 'out', still: 'stills' }, { output: 'out/a.mp4', still: 'stills/a.png' }],
    ['a name with the photo in it', { output: 'out/drawn-{name}.mp4' }, { output: 'out/drawn-a.mp4' }],
    ['an ending', { output: 'out/', still: '.png' }, { output: 'out/a.mp4', still: 'out/a.png' }],
    ['frames', { frames: 'frames' }, { output: 'a.mp4', frames: 'frames/a' }],
    ['frames in a folder that is hidden', { frames: '.frames' }, { output: 'a.mp4', frames: '.frames/a' }],
    ['checkpoints', { checkpoint: 'kept/' }, { output: 'a.mp4', checkpoint: 'kept/a.mp4.checkpoint' }],
    [
      'one folder for all',
      { output: 'o/', svg: 'o/', svgAnimated: 'o/', replay: 'o/', steps: 'o/' },
      {
        output: 'o/a.mp4',
        svg: 'o/a.svg',
        svgAnimated: 'o/a-animated.svg',
        replay: 'o/a-replay.mp4',
        steps: 'o/a-steps.pdf',
      },
    ],
  ])('%s', (_, given, paths) => {
    expect(first(given)).toEqual({ photo: 'x/a.jpg', ...paths });
  });

  test('again, those that a photo was given beside another of its name, where they are there and nobody else has them', () => {
    for (const name of ['again', 'again/stills']) mkdirSync(at(name));
    for (const name of ['a-jpg.mp4', 'b.mp4', 'b-jpg.mp4', 'c-jpg.mp4']) writeFileSync(at(`again/${name}`), '');
    const videos = (photos: string[], isAgain: boolean, more = {}) =>
      placed(photos, { output: at('again'), ...more }, isAgain).map(({ output }) => basename(output!));
    expect(videos(['a.jpg', 'b.jpg', 'd.jpg'], false)).toEqual(['a.mp4', 'b.mp4', 'd.mp4']);
    expect(videos(['a.jpg', 'b.jpg', 'd.jpg'], true)).toEqual(['a-jpg.mp4', 'b.mp4', 'd.mp4']);
    expect(videos(['a.png'], true)).toEqual(['a.mp4']);
    expect(videos(['c.jpg', 'c-jpg.png'], true)).toEqual(['c.mp4', 'c-jpg.mp4']);
    expect(videos(['a.jpg'], true, { still: at('again/stills') })).toEqual(['a.mp4']);
    expect(videos(['a.jpg', 'a.png'], true)).toEqual(['a-jpg.mp4', 'a-png.mp4']);
  });

  test('one file for all is refused, with how to name more', () => {
    expect(() => first({ still: 'out/drawn.png' })).toThrow(
      "still: there are several photos, and out/drawn.png is one file; name a folder, or put {name} in it where the photo's name goes: out/{name}-drawn.png",
    );
  });

  test('one photo may have it', () => {
    expect(placed(['x/a.jpg'], { output: 'out/drawn.mp4', still: '.png' })).toEqual([
      { photo: 'x/a.jpg', output: 'out/drawn.mp4', still: 'out/a.png' },
    ]);
  });

  test('no photo is replaced, nor a folder with one', () => {
    const given = [at('photos/a.jpg'), at('photos/b.PNG')];
    const still = at('photos/{name}.jpg');
    expect(() => placed(given, { still })).toThrow(/^still: .*a\.jpg is one of the photos/);
    expect(() => placed(given, { frames: at('{name}') })).not.toThrow();
    expect(() => placed([at('photos/a.jpg'), at('photos.jpg')], { frames: folder })).toThrow(
      /^frames: .*photos is one/,
    );
  });
});

describe('which photos', () => {
  const found = async (...given: string[]) => (await photosIn(given)).map((path) => basename(path));

  test('those of a folder that are called like one, each once', async () => {
    expect(await found(at('photos'))).toEqual(['a.jpg', 'b.PNG']);
    expect(await found(at('photos/b.PNG'), at('photos/'), at('gone.jpg'))).toEqual(['b.PNG', 'a.jpg', 'gone.jpg']);
  });

  test('a folder without any, or that is not there, is said', async () => {
    await expect(found(at('empty'))).rejects.toThrow(/there is no photo in .*empty/);
    await expect(found(at('gone/'))).rejects.toThrow(/can't read .*gone\/: there is no such file/);
  });

  test('several, a folder of them, or names that are made of theirs', () => {
    const one = (options: Parameters<typeof areSeveral>[1]) => areSeveral(['a.jpg'], options);
    expect(one({})).toBe(false);
    expect(one({ output: 'out.mp4' })).toBe(false);
    expect(one({ output: '-', frames: '.frames', still: 'still' })).toBe(false);
    expect(areSeveral(['a.jpg', 'b.jpg'], {})).toBe(true);
    expect(areSeveral([at('photos')], {})).toBe(true);
    expect(one({ output: at('empty') })).toBe(true);
    expect(one({ output: 'out/' })).toBe(true);
    expect(one({ output: 'out' })).toBe(true);
    expect(one({ output: '.gif' })).toBe(true);
    expect(one({ still: '.png' })).toBe(true);
    expect(one({ output: '{name}.mp4' })).toBe(true);
    expect(one({ frames: 'frames/{name}' })).toBe(true);
  });
});
