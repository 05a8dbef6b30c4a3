/**
 * What must never import what, read from the imports of src/. The rooms around the canvas (media, networks, objectives, optimizers) know
 * nothing of each other, so that a new one of each is one file or folder; drawing knows them by their interfaces; what a person chooses
 * is data; and each foreign library has one place where it is imported.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../src/', import.meta.url));

interface Module {
  /** As `drawing/loop`, below src/. */
  readonly path: string;
  readonly text: string;
  /** Modules of src/ by their paths, packages by their names. */
  readonly imports: readonly string[];
}

const modules: readonly Module[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => {
    const text = readFileSync(join(root, name), 'utf8');
    const named = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^']+)'/g)].map(([, from]) => from!);
    const imports = named.map((from) =>
      from.startsWith('.') ? relative(root, join(root, dirname(name), from)).replace(/\.js$/, '') : from,
    );
    return { path: name.replace(/\.ts$/, ''), text, imports };
  });

const isIn = (path: string, room: string): boolean => path === room || path.startsWith(`${room}/`);

interface Rule {
  /** Who: rooms, or a pattern of paths. */
  readonly who: readonly string[] | RegExp;
  readonly never: readonly string[];
  readonly but?: readonly string[];
}

const rules: readonly Rule[] = [
  { who: ['media'], never: ['objectives', 'runtime', 'drawing', 'networks'] },
  { who: ['objectives'], never: ['media', 'runtime', 'drawing', 'networks'] },
  { who: ['networks'], never: ['media', 'objectives', 'drawing', 'commands', 'outputs'] },
  { who: ['drawing'], never: ['networks', 'outputs', 'commands'], but: ['networks/index', 'networks/network'] },
  { who: /^drawing\/recipe\/|\/spec$/, never: ['onnx', 'runtime', 'onnxruntime-node'] },
  { who: /^(?!drawing\/compute\/|onnx\/passes\/(winograd\/|tune-for-cpu$))/, never: ['onnx/passes/winograd'] },
  { who: /^(?!runtime\/)/, never: ['onnxruntime-node'] },
  { who: ['onnx'], never: ['colour', 'networks', 'media', 'objectives', 'drawing', 'runtime', 'image'] },
  {
    who: ['plotting'],
    never: ['drawing', 'runtime', 'networks', 'objectives', 'onnx', 'outputs', 'jobs', 'media/pixels', 'media/medium'],
  },
  {
    who: ['compare'],
    never: ['drawing', 'runtime', 'networks', 'media', 'objectives', 'onnx', 'outputs', 'jobs', 'training'],
  },
  {
    who: ['plots'],
    never: ['drawing', 'runtime', 'networks', 'media', 'objectives', 'onnx', 'outputs', 'jobs', 'compare'],
  },
  { who: ['video'], never: ['drawing', 'runtime', 'networks', 'media', 'objectives', 'onnx', 'outputs', 'jobs'] },
  { who: ['training'], never: ['colour', 'networks', 'media', 'objectives', 'drawing', 'image', 'outputs'] },
  { who: ['tensor-files'], never: ['networks', 'drawing'] },
  { who: ['colour', 'image'], never: ['networks', 'media', 'objectives', 'drawing', 'runtime', 'commands'] },
  { who: /^(?!commands\/|command-line$|cli$)/, never: ['commands', 'yargs'] },
  // It draws what a channel likes by the loop, and knows of networks what drawings know. Letters are those of other sheets.
  {
    who: ['looking'],
    never: ['networks', 'media', 'outputs', 'jobs', 'studio', 'compare', 'training', 'golden', 'plotting', 'video'],
    but: ['networks/index', 'networks/network', 'media/pixels/pixels', 'media/strokes/lettering'],
  },
  { who: /^(?!looking\/|commands\/|jobs\/looking$|index$)/, never: ['looking'] },
  { who: ['golden'], never: ['networks', 'media', 'objectives', 'onnx', 'outputs', 'jobs', 'compare'] },
  { who: /^(?!golden\/|commands\/)/, never: ['golden'] },
  { who: ['studio'], never: ['drawing'] },
  { who: /^(?!studio\/)/, never: ['hono', '@hono/node-server'] },
  { who: /^(?!studio\/|commands\/)/, never: ['studio'] },
  // Only the page of a farm knows of farms; and of them what they tell and keep, not how they add, take or draw.
  { who: /^studio\/(?!farm\/)/, never: ['farm'] },
  {
    who: ['studio/farm'],
    never: ['farm', 'jobs', 'media', 'networks', 'onnx', 'runtime', 'outputs'],
    but: [
      ...['farm/status', 'farm/job-data', 'farm/store/store'],
      ...['farm/queue/farm-queue', 'farm/queue/memory-classes', 'farm/queue/names'],
    ],
  },
  {
    who: ['farm'],
    never: ['onnx', 'media/pixels', 'media/medium', 'objectives', 'studio', 'golden', 'compare', 'training'],
  },
  { who: /^(?!farm\/|studio\/|commands\/)/, never: ['farm'] },
  { who: /^(?!farm\/queue\/)/, never: ['bullmq', 'ioredis'] },
  { who: /^(?!farm\/store\/s3$)/, never: ['@aws-sdk/client-s3'] },
];

describe('rooms', () => {
  test.each(rules)('$who never imports $never', ({ who, never, but = [] }) => {
    const broken = modules
      .filter(({ path }) => (who instanceof RegExp ? who.test(path) : who.some((room) => isIn(path, room))))
      .flatMap(({ path, imports }) =>
        imports
          .filter((other) => never.some((room) => isIn(other, room)) && !but.includes(other))
          .map((other) => `${path} imports ${other}`),
      );
    expect(broken).toEqual([]);
  });

  test('have no circle', () => {
    const known = new Map(modules.map((module) => [module.path, module]));
    const done = new Set<string>();
    const visit = (path: string, way: readonly string[]): string[] => {
      if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
      if (done.has(path)) return [];
      done.add(path);
      for (const other of known.get(path)?.imports ?? []) {
        const circle = visit(other, [...way, path]);
        if (circle.length > 0) return circle;
      }
      return [];
    };
    expect(modules.flatMap(({ path }) => visit(path, []))).toEqual([]);
  });
});

describe('start', () => {
  /** What a module has to have loaded before it runs: not types, and not what is imported when it is wanted. */
  const loadedBy = ({ path, text }: Module): string[] =>
    [...text.matchAll(/^(?:import|export) (?!type )(?:\{([^}]*)\}|[^{;']*) from '(\.[^']+)'/gm)]
      .filter(([, names]) => names === undefined || names.split(',').some((name) => /^\s*(?!type )\w/.test(name)))
      .map(([, , from]) => relative(root, join(root, dirname(path), from!)).replace(/\.js$/, ''));

  test('of a drawing does not wait for what builds graphs, and not for what draws strokes', () => {
    const loaded = new Set(['commands/draw']);
    for (const path of loaded) {
      for (const other of loadedBy(modules.find((module) => module.path === path)!)) loaded.add(other);
    }
    expect(loaded.size).toBeGreaterThan(50);
    const late = ['onnx/index', 'media/strokes/raster', 'plotting/plot', 'video/video', 'image/formats/hevc-worker'];
    expect(late.filter((path) => loaded.has(path))).toEqual([]);
    // Nor for queues and object storage, which a thousand modules come with.
    expect([...loaded].filter((path) => path.startsWith('farm/'))).toEqual([]);
  });
});

describe('files', () => {
  test('have 300 lines at most', () => {
    expect(modules.filter(({ text }) => text.split('\n').length > 301).map(({ path }) => path)).toEqual([]);
  });

  test.each([
    ['drawing/loop', 8],
    ['drawing/draw', 10],
  ])('%s imports %d modules at most', (path, most) => {
    expect(modules.find((module) => module.path === path)!.imports.length).toBeLessThanOrEqual(most);
  });
});
