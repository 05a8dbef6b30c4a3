import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPhoto } from '../../src/image/photo.js';
import { convLayers, convLayersThrough, findLayer } from '../../src/networks/vgg19/layers.js';
import { defaultSource } from '../../src/networks/vgg19/weights/published.js';
import { seededWeights } from '../../src/networks/vgg19/weights/seeded.js';
import { encodeSafetensors } from '../../src/tensor-files/safetensors-writer.js';
import { samplePath } from '../golden/drawings.js';
import { run, start } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import {
  type Answer,
  nobody,
  sendBeginning,
  sendFile,
  serve,
  serveProxy,
  type TestServer,
} from '../support/file-server.js';

const content = Buffer.alloc(200_000, 'weights ');
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
const partialName = `mine.h5.${digest.slice(7, 15)}.partial`;

let cache: string;
let servers: TestServer[];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'vggdraw-weights-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await rm(cache, { recursive: true });
});

async function server(answer: Answer): Promise<TestServer> {
  const started = await serve(answer);
  servers.push(started);
  return started;
}

/** No proxy but the one of the test, whatever this machine has. */
const environment = (env: Record<string, string> = {}) => ({
  ...{
    VGGDRAW_CACHE: cache,
    http_proxy: '',
    https_proxy: '',
    HTTP_PROXY: '',
    HTTPS_PROXY: '',
    no_proxy: '',
    NO_PROXY: '',
  },
  ...env,
});
const weights = (...args: string[]) => runInTurn(['weights', ...args], { env: environment() });
const fetchMine = (origin: string, ...args: string[]) => [
  ...['weights', 'fetch', '--url', `${origin}/mine.h5`, '--digest', digest],
  ...args,
];

describe('vggdraw weights fetch', () => {
  test('brings a file into the cache folder, where list, verify and path find it', async () => {
    const { origin, requests } = await server(sendFile(content));
    const path = join(cache, 'files', 'mine.h5');
    const fetched = await run(fetchMine(origin), { env: environment() });
    expect(fetched).toMatchObject({ code: 0, stdout: '' });
    expect(fetched.stderr).toMatch(/^0\.0 MB of 0\.2 MB, .*\n0\.2 MB of 0\.2 MB, [\d.]+ MB\/s, 0:00 left\n/);
    expect(fetched.stderr).toContain(`${path}: from ${origin}/mine.h5, 0.2 MB, sha256 right\n`);
    expect(content.equals(await readFile(path))).toBe(true);

    expect(await weights('path', 'mine.h5')).toMatchObject({ code: 0, stdout: `${path}\n`, stderr: '' });
    expect(await weights('verify')).toMatchObject({ code: 0, stdout: `mine.h5  right  ${digest}  ${path}\n` });
    const today = '\\d{4}-\\d\\d-\\d\\d';
    expect((await weights('list')).stdout).toMatch(
      new RegExp(`mine\\.h5 +0\\.2 MB +.*, ${digest}, right on ${today}\n`),
    );
    const again = await runInTurn(fetchMine(origin), { env: environment() });
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`${path}: it is there, 0.2 MB`) });
    expect(requests).toHaveLength(1);
  });

  test('a damaged file is found, and fetched again', async () => {
    const { origin } = await server(sendFile(content));
    await runInTurn(fetchMine(origin, '--name', 'other', '--quiet'), { env: environment() });
    const path = join(cache, 'files', 'other');
    const bytes = await readFile(path);
    bytes[1000]! ^= 1;
    await writeFile(path, bytes);
    const verified = await weights('verify', 'other');
    expect(verified).toMatchObject({ code: 1, stdout: `other  damaged  ${digest}  ${path}\n` });
    expect(verified.stderr).toBe(`vggdraw: ${path} is damaged (fetch or import it again, or remove it)\n`);
    await writeFile(path, 'half');
    expect((await weights('list')).stdout).toContain('damaged: 4 bytes instead of 200000');
    const again = await runInTurn(fetchMine(origin, '--name', 'other', '--quiet'), { env: environment() });
    expect(again).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
    expect(await weights('verify', 'other')).toMatchObject({ code: 0 });
  });

  test('of two processes at once one fetches, and the other waits for it', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = () => {};
    const wasAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const { origin, requests } = await server((response, request, count) => {
      asked();
      void released.then(() => sendFile(content)(response, request, count));
    });
    const first = start(fetchMine(origin), { env: environment() });
    await wasAsked;
    const second = start(fetchMine(origin), { env: environment() });
    await second.printed(new RegExp(`waiting for another process \\(${first.child.pid}\\) that is fetching it\n`));
    release();
    expect(await first.finished).toMatchObject({ code: 0 });
    expect(await second.finished).toMatchObject({ code: 0, stderr: expect.stringContaining('mine.h5: it is there') });
    expect(requests).toHaveLength(1);
    expect((await readdir(join(cache, 'files'))).sort()).toEqual(['mine.h5', 'mine.h5.record.json']);
  });

  test('Ctrl-C keeps what has come, and the next one goes on from there', async () => {
    const half = sendBeginning(100_000, content).answer;
    const { origin, requests } = await server((response, request, count) =>
      (count === 0 ? half : sendFile(content))(response, request, count),
    );
    const { child, finished } = start(fetchMine(origin), { env: environment() });
    const partial = join(cache, 'files', partialName);
    while ((await stat(partial).catch(() => undefined))?.size !== 100_000) await new Promise(setImmediate);
    child.kill('SIGINT');
    const stopped = await finished;
    expect(stopped).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('the same command goes on from there\n'),
    });
    expect(await readdir(join(cache, 'files'))).toEqual([partialName, `${partialName}.json`]);
    const next = await runInTurn(fetchMine(origin), { env: environment() });
    expect(next).toMatchObject({ code: 0, stderr: expect.stringContaining('going on after 100000 bytes') });
    expect(requests[1]!.range).toBe('bytes=100000-');
  });

  test('a source comes through the proxy, and where it does not come, the message says what can be done', async () => {
    const proxy = await serveProxy(false);
    servers.push(proxy);
    const result = await runInTurn(['weights', 'fetch', '--retries', '0'], {
      env: environment({ https_proxy: proxy.origin }),
    });
    expect(proxy.targets).toEqual([`${new URL(defaultSource.urls[0]!).host}:443`]);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(result.stderr).toMatch(/^vggdraw: vgg19_.*\.h5 could not be fetched: https:.*502/);
    expect(result.stderr).toContain(
      `to bring it by hand, download ${defaultSource.urls[0]} to ${join(cache, defaultSource.file)}; ` +
        '--weights contour works now, without it\n',
    );
    expect(await readdir(cache)).toEqual([]);
  });

  test.each<[string, string[], Answer | undefined, RegExp]>([
    ['no server', [], undefined, /: the connection was refused; to bring it by hand, download http.* to .*mine\.h5\n/],
    ['404', [], (response) => response.writeHead(404).end(), /: the server answers 404 \(not found\); to bring/],
    [
      'another file',
      [],
      sendFile(Buffer.alloc(200_000)),
      /what comes from there is not the file: its digest is sha256:/,
    ],
    ['a server that stalls', ['--timeout', '0.1'], () => {}, /: nothing came for 0\.1 s; to bring/],
  ])('%s', async (_, args, answer, message) => {
    const origin = answer ? (await server(answer)).origin : await nobody();
    const result = await runInTurn(fetchMine(origin, '--retries', '0', ...args), { env: environment() });
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(message) });
    expect(await readdir(join(cache, 'files'))).toEqual([]);
  });

  test('a mirror of a source has to have the source', async () => {
    const { origin } = await server(sendFile(content));
    const result = await weights('fetch', 'keras', '--url', origin);
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('has 200000 bytes instead of 80134624') });
  });

  const { digest: kerasDigest } = defaultSource;
  const refusals: [string[], string][] = [
    [['kears'], "there are no weights 'kears'; the sources are keras"],
    [['--digest', digest], '--digest: it goes with --url; the digests of the sources are known'],
    [['--name', 'x'], '--name: it goes with --url; a source has its name'],
    [['--url', 'https://example.org/x'], '--url: say with --digest sha256:HEX what the file has to be'],
    [['--url', 'x', '--digest', digest], '--url: x is not a URL; give one that begins with https://'],
    [['--url', 'https://example.org/', '--digest', digest], '--url: it does not end in a name'],
    [['--url', 'http://example.org/x', '--digest', digest], 'http://example.org/x: only https is fetched'],
    [
      ['--url', 'https://example.org/x', '--digest', 'sha256:0'],
      '--digest: expected sha256: and 64 hexadecimal digits',
    ],
    [['--url', 'https://example.org/x', '--digest', digest, '--name', '../x'], '--name: expected letters, digits'],
    [['--url', 'https://example.org/x', '--digest', digest, '--name', 'keras'], '--name: keras is a source'],
    [['keras', '--url', 'https://example.org/x', '--digest', digest], `--digest: keras has ${kerasDigest}`],
    [
      ['--url', 'https://example.org/x', '--digest', kerasDigest, '--name', 'x'],
      '--name: what is fetched is the source keras',
    ],
  ];

  test('flags that do not go together are refused', async () => {
    const results = await Promise.all(refusals.map(([args]) => weights('fetch', ...args)));
    refusals.forEach(([, message], i) => {
      expect(results[i]).toMatchObject({ code: 1, stdout: '' });
      expect(results[i]!.stderr.slice(0, message.length + 9)).toBe(`vggdraw: ${message}`);
    });
  });

  test('a cache folder that can not be made', async () => {
    await writeFile(join(cache, 'file'), '');
    const env = environment({ VGGDRAW_CACHE: join(cache, 'file', 'x') });
    const { code, stderr } = await runInTurn(['weights', 'fetch'], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^vggdraw: can't make the folder .*; mend that, or choose another with \$VGGDRAW_CACHE\n$/);
  });
});

test('an empty cache folder', async () => {
  const path = join(cache, defaultSource.file);
  expect(await weights('list')).toMatchObject({
    code: 0,
    stdout: `keras  absent  vggdraw weights fetch keras brings 80.1 MB\nin ${cache}\n`,
  });
  expect(await weights('verify')).toMatchObject({
    code: 0,
    stdout: `no weights in ${cache} that were fetched or imported; those that are made here have no digest\n`,
  });
  expect(await weights('verify', 'keras')).toMatchObject({
    code: 1,
    stderr: `vggdraw: keras: ${path} does not exist; 'vggdraw weights fetch keras' brings it\n`,
  });
  const where = await weights('path');
  expect(where).toMatchObject({
    code: 0,
    stdout: `${path}\n`,
    stderr: expect.stringContaining('nothing is there yet'),
  });
});

test('list shows seeded layers and what was put there by hand; verify does not believe it', async () => {
  await seededWeights(7, convLayers[1]!, cache);
  await writeFile(join(cache, defaultSource.file), 'half a file');
  const { stdout } = await weights('list');
  expect(stdout).toMatch(/^keras +0\.0 MB +.*damaged: 11 bytes instead of 80134624\n/);
  expect(stdout).toMatch(/\nseeded:7 +0\.2 MB +2 layers, made here\n/);
  expect(await weights('verify')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is damaged ('vggdraw weights fetch keras' brings it again)\n"),
  });
});

test('clear says what it removes, and how much that frees', async () => {
  await seededWeights(7, convLayers[1]!, cache);
  await writeFile(join(cache, defaultSource.file), 'half a file');
  expect(await weights('clear')).toMatchObject({
    code: 0,
    stdout: `removed seeded:7  0.2 MB\nfreed 0.2 MB in ${cache}\n`,
    stderr: '',
  });
  expect(await weights('clear')).toMatchObject({ code: 0, stdout: `freed 0.0 MB in ${cache}\n` });
  expect(await readdir(cache)).toEqual([defaultSource.file]);
  expect(await weights('clear', '--all')).toMatchObject({
    code: 0,
    stdout: `removed keras  0.0 MB\nfreed 0.0 MB in ${cache}\n`,
  });
  expect(await readdir(cache)).toEqual([]);
  expect((await run(['weights', 'clear', '--help'])).stdout).toContain('--all');
});

test('clear leaves a download that goes on alone', async () => {
  const { origin } = await server(sendBeginning(100_000, content).answer);
  const { child, finished } = start(fetchMine(origin), { env: environment() });
  const partial = join(cache, 'files', partialName);
  while ((await stat(partial).catch(() => undefined))?.size !== 100_000) await new Promise(setImmediate);
  expect((await weights('clear')).stdout).toBe(
    `left mine.h5, fetched in part: another process is fetching it\nfreed 0.0 MB in ${cache}\n`,
  );
  child.kill('SIGINT');
  await finished;
  expect((await weights('clear')).stdout).toMatch(/^removed mine\.h5, fetched in part {2}0\.1 MB\n/);
});

test('weights alone, and what it does not know', async () => {
  expect((await weights()).stderr).toMatch(
    /^vggdraw: say what to do: vggdraw weights fetch \| list \| verify \| path /,
  );
  expect(await weights('fetsch')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/no command 'fetsch'; did you mean 'fetch'/),
  });
});

test('--help says whose the weights are and how to cite them', async () => {
  const { code, stdout } = await run(['weights', '--help']);
  expect(code).toBe(0);
  for (const fact of ['Visual Geometry Group, Oxford', 'CC BY 4.0', 'Simonyan', 'ICLR 2015']) {
    expect(stdout).toContain(fact);
  }
});

describe('vggdraw draw says which weights it took', () => {
  /** What it says until the first iteration. */
  const beginning = async (args: readonly string[], env: Record<string, string> = environment()): Promise<string> => {
    const drawing = ['draw', samplePath, '--size', '32', '--no-checkpoint', '-o', join(cache, 'out.mp4'), ...args];
    const { child, printed, finished } = start(drawing, { env });
    await printed(/iteration 1\//);
    child.kill('SIGHUP');
    return (await finished).stderr;
  };

  test('auto: contour, and that there are others', async () => {
    const hint =
      /weights contour:1, cpu\nthese weights have learned nothing; 'vggdraw weights fetch' brings pretrained ones\n/;
    expect(await beginning(['--weights', 'auto'])).toMatch(hint);
    expect(await beginning(['--weights', 'contour'])).not.toContain('weights fetch');
  });

  test('sketch is not itself with seeded weights, and refuses contour ones', async () => {
    // With the cache folder of all tests: seeded weights as deep as that take seconds to make.
    expect(await beginning(['--preset', 'sketch', '--weights', 'seeded'], {})).toMatch(
      /weights seeded:1, cpu\nwarning: the look of sketch needs trained weights.*'vggdraw weights fetch'/,
    );
    const drawing = ['draw', samplePath, '--preset', 'sketch', '--size', '32', '-o', join(cache, 'noise.mp4')];
    for (const weights of ['auto', 'contour:2']) {
      expect(await runInTurn([...drawing, '--weights', weights], { env: environment() })).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          /^.*vggdraw: --weights: sketch needs trained weights.*'vggdraw weights fetch'.*pencil\n$/s,
        ),
      });
    }
    expect(existsSync(join(cache, 'noise.mp4'))).toBe(false);
  });
});

describe('vggdraw weights info and import', () => {
  test('what a file contains, its conversion, and a drawing with that', async () => {
    const file = join(cache, 'made.safetensors');
    const { data } = await seededWeights(3, findLayer('block1_conv2'));
    await writeFile(file, encodeSafetensors(tensorsOf(data), { preprocessing: 'caffe' }));
    const options = { env: { VGGDRAW_CACHE: cache }, cwd: cache };

    const info = await runInTurn(['weights', 'info', file], options);
    expect(info).toMatchObject({ code: 0, stderr: '' });
    expect(info.stdout).toMatch(
      /^.*made\.safetensors: safetensors, caffe preprocessing\nlayer +kernel +bias +min +max +mean\nblock1_conv1 +64×3×3×3 +64 /,
    );
    const json = await runInTurn(['weights', 'info', file, '--json'], options);
    expect(JSON.parse(json.stdout)).toMatchObject({
      format: 'safetensors',
      layers: [{ name: 'block1_conv1' }, { name: 'block1_conv2' }],
    });

    const imported = await runInTurn(['weights', 'import', file], options);
    const path = join(cache, 'files', 'made.safetensors');
    expect(imported).toMatchObject({ code: 0, stdout: `${path}\n` });
    const listed = await runInTurn(['weights', 'list'], options);
    expect(listed.stdout).toMatch(
      /^made\.safetensors +0\.2 MB +.*made\.safetensors, sha256:\w{64}, right on \d{4}-\d\d-\d\d$/m,
    );
    expect(await runInTurn(['weights', 'verify', 'made.safetensors'], options)).toMatchObject({ code: 0 });
    expect(await runInTurn(['weights', 'path', 'made.safetensors'], options)).toMatchObject({
      stdout: `${path}\n`,
      stderr: '',
    });
    await writeFile(join(cache, 'p.json'), '{"phases":[{"layer":"conv1_2","iterations":2,"learningRate":5}]}');
    const pictures = await Promise.all(
      ['seeded:3', path].map(async (weights, i) => {
        const drawn = ['draw', samplePath, '--preset', 'p.json', '--size', '32', '--quiet', '--weights', weights];
        expect(await runInTurn([...drawn, '-o', `${i}.mp4`, '--still', `${i}.png`], options)).toMatchObject({
          code: 0,
        });
        // Its file says which weights drew it.
        return readPhoto(join(cache, `${i}.png`));
      }),
    );
    expect(pictures[0]).toEqual(pictures[1]);
  });

  test.each(['info', 'import'])('%s of what is no file of weights: one line', async (command) => {
    await writeFile(join(cache, 'text.h5'), 'dear diary');
    for (const name of ['text.h5', 'missing.h5']) {
      const result = await runInTurn(['weights', command, name], { env: { VGGDRAW_CACHE: cache }, cwd: cache });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(new RegExp(`^vggdraw: [^\\n]*${name}[^\\n]*\\n$`));
    }
  });
});

function tensorsOf(data: Float32Array) {
  return convLayersThrough(findLayer('block1_conv2')).flatMap((layer, i) => {
    const { inChannels, outChannels, kernelOffset, biasOffset } = layer;
    const values = data.subarray(kernelOffset, biasOffset);
    const bias = data.subarray(biasOffset, biasOffset + outChannels);
    return [
      { name: `features.${2 * i}.weight`, shape: [outChannels, inChannels, 3, 3], values },
      { name: `features.${2 * i}.bias`, shape: [outChannels], values: bias },
    ];
  });
}
