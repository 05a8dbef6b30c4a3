/**
 * Packs the package and installs it into an empty project, as a program that depends on it does, without a network: the packages that it
 * needs come out of npm's cache, where `npm ci` has put them. Then it is used there.
 */
import { type ExecFileSyncOptions, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';

interface Locked {
  readonly dev?: boolean;
}

const own = JSON.parse(readFileSync('package.json', 'utf8')) as Record<'name' | 'version', string>;
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };

/** A network without a way out, in which no name can be looked up, where the system allows that. */
const isolated = spawnSync('unshare', ['--map-root-user', '--net', 'true']).status === 0;
const project = mkdtempSync(join(tmpdir(), 'vggdraw-package-'));

try {
  const tarball = pack();
  writeProject(tarball);
  step('installed without scripts', () =>
    run(['npm', 'ci', '--offline', '--ignore-scripts', '--no-audit', '--no-fund']),
  );
  step('scripts that are told to bring nothing end well', () =>
    run(['npm', 'rebuild', '--ignore-scripts=false'], { ONNXRUNTIME_NODE_INSTALL: 'skip' }),
  );
  step('source maps have their sources', checkMaps);
  step('npx vggdraw', () => {
    const said = run(['npx', '--offline', 'vggdraw', '--version']);
    if (said.trim() !== own.version) throw new Error(`it says ${said}`);
  });
  step('without the libraries of other systems', () => run(['npx', '--offline', 'vggdraw', 'providers', 'prune']));
  const photo = resolve('tools/sample.png');
  const drawing = ['--size', '64', '--weights', 'seeded', '--quiet'];
  step('it draws, with the ffmpeg that came along', () =>
    // Of the PATH only what is needed to start it: an ffmpeg there would be preferred.
    run([process.execPath, join('node_modules', own.name, 'dist', 'src', 'cli.js'), 'draw', photo, ...drawing], {
      PATH: '',
    }),
  );
  step('the studio has all of its page', () => {
    const module = `./node_modules/${own.name}/dist/src/studio/page-files.js`;
    const wanted = ['index.html', 'main.js', 'style.css', 'icon.svg', 'farm.html', 'farm.js', 'uplot.js', 'uplot.css'];
    const names = run([
      process.execPath,
      '--input-type=module',
      '-e',
      `console.log([...(await import(${JSON.stringify(module)})).pageFiles().keys()].join('\\n'))`,
    ]).split('\n');
    const missing = wanted.filter((name) => !names.includes(name));
    if (missing.length > 0) throw new Error(`these are missing: ${missing.join(', ')}`);
  });
  step('a program draws', () => {
    writeFileSync(
      join(project, 'program.mjs'),
      `import { draw } from '${own.name}';
       for await (const { index } of draw(${JSON.stringify(photo)}, { size: 64, weights: 'seeded' })) console.log(index);`,
    );
    run([process.execPath, 'program.mjs']);
  });
} finally {
  rmSync(project, { recursive: true, force: true });
}

function step(name: string, check: () => unknown): void {
  const start = performance.now();
  check();
  process.stdout.write(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}

/** Packs what was built. @returns the path of the tarball. */
function pack(): string {
  const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { encoding: 'utf8' }).trim();
  return join(project, name.split('\n').at(-1)!);
}

/** A project that has the package as its one dependency, locked to the versions that this one has. */
function writeProject(tarball: string): void {
  const dependencies = { [own.name]: `file:${basename(tarball)}` };
  const packages = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  const integrity = `sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`;
  const { devDependencies: _, ...packed } = lock.packages['']! as Record<string, unknown>;
  const locked = {
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { dependencies },
      [`node_modules/${own.name}`]: { ...packed, resolved: dependencies[own.name], integrity },
      ...Object.fromEntries(packages),
    },
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(project, 'package-lock.json'), JSON.stringify(locked));
}

function run([command, ...args]: string[], env: NodeJS.ProcessEnv = {}): string {
  const options: ExecFileSyncOptions = {
    cwd: project,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  };
  // By its path, for a command may be given a PATH of its own.
  const [first, ...rest] = isolated
    ? ['/usr/bin/unshare', '--map-root-user', '--net', command!, ...args]
    : [command!, ...args];
  return execFileSync(first!, rest, options).toString();
}

function checkMaps(): void {
  const folder = join(project, 'node_modules', own.name, 'dist', 'src');
  const maps = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.map'));
  for (const path of maps) {
    const { sources, sourcesContent = [] } = JSON.parse(readFileSync(join(folder, path), 'utf8')) as Record<
      string,
      string[]
    >;
    if (sourcesContent.length !== sources!.length) throw new Error(`${path} has no sources`);
  }
}
