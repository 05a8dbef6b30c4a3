import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { printReports } from '../../src/commands/providers.js';
import { providerNames } from '../../src/runtime/provider.js';
import type { Inspection } from '../../src/runtime/providers/inspect.js';
import { samplePath } from '../golden/drawings.js';
import { cudaLibraries } from '../runtime/providers/machines.js';
import { events, run, type StartOptions } from '../support/cli.js';
import { runInTurn } from '../support/command-lines.js';
import { noVulkanDriver, swiftShader, testOnLinuxX64, testWithSwiftShader } from '../support/vulkan.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vggdraw-providers-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The reports of `vggdraw providers --json`, by name. */
async function reports(options: StartOptions = {}): Promise<Record<string, Record<string, unknown>>> {
  const result = await run(['providers', '--json'], options);
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const list = JSON.parse(result.stdout) as Record<string, unknown>[];
  expect(list.map(({ name }) => name)).toEqual(providerNames);
  for (const report of list) {
    expect(Object.keys(report)).toEqual(['name', 'known', 'installed', 'usable', 'device', 'reason']);
    // Either it is usable or there is a reason.
    expect(report.reason === null).toBe(report.usable);
  }
  return Object.fromEntries(list.map((report) => [report.name, report]));
}

/** A folder whose libvulkan.so.1 is none. */
async function brokenLoader(): Promise<Record<string, string>> {
  await writeFile(join(folder, 'libvulkan.so.1'), 'not a library');
  return { LD_LIBRARY_PATH: folder };
}

describe('vggdraw providers', () => {
  test('the CPU is usable, and what belongs to another system is not known', async () => {
    const { cpu, dml, coreml } = await reports();
    expect(cpu).toMatchObject({ known: true, installed: true, usable: true, device: expect.any(String) });
    if (process.platform !== 'win32') expect(dml).toMatchObject({ known: false, installed: false, usable: false });
    if (process.platform !== 'darwin') expect(coreml).toMatchObject({ known: false, installed: false, usable: false });
  });

  testWithSwiftShader('WebGPU on SwiftShader is usable, and yet nothing for auto', async () => {
    const { stdout } = await run(['providers'], { env: swiftShader });
    expect(stdout).toMatch(/^provider +known +installed +usable +device +why not\n/);
    expect(stdout).toMatch(/^webgpu +yes +yes +yes +SwiftShader \(software renderer\)$/m);
    expect(stdout).toMatch(/^--provider auto takes (cpu|cuda)\n$/m);
  });

  testOnLinuxX64('a Vulkan loader that is broken', async () => {
    const { webgpu } = await reports({ env: await brokenLoader() });
    expect(webgpu).toMatchObject({ known: true, installed: true, usable: false, device: null });
    expect(webgpu!.reason).toMatch(
      /no Vulkan loader \(.*libvulkan\.so\.1: .*\); install it and the GPU's driver \(Debian/,
    );
  });

  testWithSwiftShader('Vulkan without a driver', async () => {
    const { webgpu } = await reports({ env: noVulkanDriver });
    expect(webgpu).toMatchObject({ known: true, installed: true, usable: false });
    expect(webgpu!.reason).toMatch(/Vulkan finds no driver; install the GPU's .*VK_ICD_FILENAMES/);
  });

  testOnLinuxX64('CUDA files that are not libraries', async () => {
    const cli = await withOnnxRuntimeOfItsOwn(async (libraries) => {
      for (const name of cudaLibraries) await writeFile(join(libraries, name), 'not a library');
    });
    const { cuda, cpu } = await reports({ cli });
    expect(cpu).toMatchObject({ usable: true });
    expect(cuda).toMatchObject({ known: true, installed: true, usable: false, device: null });
    expect(cuda!.reason).toBe("its files are missing or damaged; 'vggdraw providers install cuda' brings them");
  });

  testOnLinuxX64('CUDA files that are not there', async () => {
    const cli = await withOnnxRuntimeOfItsOwn((libraries) =>
      Promise.all(cudaLibraries.map((name) => rm(join(libraries, name), { force: true }))),
    );
    const { cuda } = await reports({ cli });
    expect(cuda).toMatchObject({ known: true, installed: false, usable: false });
    expect(cuda!.reason).toBe("its files are not installed; 'vggdraw providers install cuda' brings them");
  });
});

/** A copy of the program whose onnxruntime-node is a copy too. @returns the path of its command line. */
async function withOnnxRuntimeOfItsOwn(prepare: (libraries: string) => Promise<unknown>): Promise<string> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const original = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  const packages = join(folder, 'node_modules');
  await mkdir(packages);
  for (const name of await readdir(dirname(original))) {
    if (name !== 'onnxruntime-node') await symlink(resolve(dirname(original), name), join(packages, name));
  }
  const copy = join(packages, 'onnxruntime-node');
  await cp(original, copy, {
    recursive: true,
    // The libraries of other systems are large.
    filter: (path) =>
      !/napi-v\d+.(linux|darwin|win32).\w+/.test(path) || path.includes(join(process.platform, process.arch)),
  });
  for (const path of ['dist/src', 'dist/models', 'package.json']) {
    await cp(join(root, path), join(folder, path), { recursive: true });
  }
  const [api] = await readdir(join(copy, 'bin'));
  await prepare(join(copy, 'bin', api!, process.platform, process.arch));
  return join(folder, 'dist', 'src', 'cli.js');
}

describe('the table', () => {
  const row = { known: true, installed: true, usable: true, device: null, reason: null, isSoftware: false };
  const rows: Inspection[] = [
    { ...row, name: 'cpu', device: 'a processor' },
    { ...row, name: 'cuda', installed: false, usable: false, reason: 'not installed' },
    { ...row, name: 'webgpu', device: 'a GPU' },
  ];

  test('has a row per provider, and says what auto takes', () => {
    expect(printReports(rows).split('\n')).toEqual([
      'provider  known  installed  usable  device       why not',
      'cpu       yes    yes        yes     a processor',
      'cuda      yes    no         no      –            not installed',
      'webgpu    yes    yes        yes     a GPU',
      '--provider auto takes webgpu',
      '',
    ]);
  });

  test('auto takes the CPU rather than a software renderer', () => {
    expect(printReports(rows.map((one) => ({ ...one, isSoftware: true })))).toMatch(/auto takes cpu\n$/);
  });

  test('auto has an order of its own', () => {
    const all = ['webgpu', 'coreml', 'dml', 'cuda', 'cpu'].map((name) => ({ ...row, name }) as Inspection);
    expect(printReports(all)).toMatch(/auto takes cuda\n$/);
  });
});

describe('vggdraw draw --provider', () => {
  const draw = (provider: string, env: Record<string, string> = {}, command: typeof runInTurn = run) =>
    command(
      [
        'draw',
        samplePath,
        '--provider',
        provider,
        '--size',
        '32',
        '--weights',
        'seeded',
        '--preset',
        'p.json',
        '--json',
      ],
      {
        cwd: folder,
        env,
      },
    );
  beforeEach(() =>
    writeFile(join(folder, 'p.json'), '{"phases":[{"layer":"block1_conv2","iterations":1,"learningRate":1}]}'),
  );

  test.each(
    ['dml', 'coreml'].filter((name) => name !== { win32: 'dml', darwin: 'coreml' }[process.platform as string]),
  )('%s, which belongs to another system', async (name) => {
    const result = await draw(name, {}, runInTurn);
    const message = new RegExp(
      `^--provider: ${name} cannot be used: onnxruntime-node has it for \\w+ only, and this is `,
    );
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.stderr).toMatch(/^vggdraw: [^\n]+\n$/);
    expect(events(result)).toEqual([{ event: 'error', message: expect.stringMatching(message) }]);
    expect(await readdir(folder)).toEqual(['p.json']);
  });

  testOnLinuxX64('webgpu without a Vulkan loader', async () => {
    const result = await draw('webgpu', await brokenLoader());
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.stderr).toMatch(/^vggdraw: --provider: webgpu cannot be used: there is no Vulkan loader[^\n]+\n$/);
  });

  testOnLinuxX64('webgpu,cpu without a Vulkan loader draws on the CPU, and says why', async () => {
    const result = await draw('webgpu,cpu', await brokenLoader());
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(events(result)[0]).toMatchObject({ event: 'start', provider: 'cpu' });
    expect(result.stderr).toMatch(/weights seeded:1, cpu\nwebgpu was passed over: there is no Vulkan loader/);
  });

  test('cpu says that it is the CPU', async () => {
    const result = await draw('cpu', {}, runInTurn);
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(events(result)[0]).toMatchObject({ event: 'start', provider: 'cpu' });
  });

  test.each([
    ['abacus', /^vggdraw: --provider: 'abacus' is not a provider; choose auto, cpu, cuda/],
    ['cuda:x', /^vggdraw: --provider: 'cuda:x' is not a provider/],
    ['cpu:1', /^vggdraw: --provider: 'cpu:1': only cuda and dml take the index/],
  ])('%s is refused', async (provider, message) => {
    const result = await draw(provider, {}, runInTurn);
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.stderr).toMatch(message);
  });
});

describe('vggdraw providers install', () => {
  test('names what can be installed', async () => {
    const result = await runInTurn(['providers', 'install', 'dml']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toMatch(/dml.*cuda/);
  });

  testOnLinuxX64("shows the installer's output, and says when it fails", async () => {
    // A proxy that nobody answers at, so that nothing is downloaded.
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', https_proxy: '', GLOBAL_AGENT_HTTPS_PROXY: '' };
    const result = await run(['providers', 'install', 'cuda'], { env });
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.stderr).toMatch(/ECONNREFUSED/);
    expect(result.stderr).toMatch(
      /\nvggdraw: onnxruntime-node's installer failed \(code \d+\), as it says above;[^\n]*\n$/,
    );
  });
});
