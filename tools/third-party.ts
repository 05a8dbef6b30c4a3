/**
 * Writes THIRD-PARTY.md: every package that is installed with this one, on any system, and its licence. With --check it only says
 * whether the file is what it would write. A package that declares no licence is an error: what may be done with it is not known.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';

interface Installed {
  readonly version: string;
  readonly license?: string;
  readonly dev?: boolean;
  /** What it is for, where it is not for every system. */
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const { check } = await yargs(hideBin(process.argv))
  .usage('npm run third-party -- [options]')
  .option('check', { type: 'boolean', default: false, describe: 'Only say whether the file is up to date' })
  .strict()
  .parseAsync();

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Installed> };
const packages = Object.entries(lock.packages)
  .filter(([path, { dev }]) => path !== '' && !dev)
  .map(([path, entry]) => ({
    ...entry,
    path,
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
  }))
  .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));

const undeclared: string[] = [];
const rows = packages.map(({ path, name, version, license, os = [], cpu = [] }) => {
  const declared = license ?? oldForm(path);
  if (declared === undefined) undeclared.push(`${name} ${version}`);
  return `| ${[name, version, declared ?? '', [...os, ...cpu].join(' ')].join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
});
if (undeclared.length > 0) fail(`these packages declare no licence, replace them: ${undeclared.join(', ')}`);

const file = 'THIRD-PARTY.md';
const text = `# What is installed with vggdraw

Made by \`npm run third-party\` from package-lock.json: every package that vggdraw needs when it runs, and the licence that it
declares. None of it is part of vggdraw's own package; npm brings it.

- ONNX Runtime's libraries (onnxruntime-node) hold code of other projects, which ONNX Runtime's ThirdPartyNotices.txt lists.
- The packages of @ffmpeg-installer hold a program, ffmpeg, that vggdraw starts and is not linked with. Those for Linux and Windows are
  under the GPL, version 3, because of libx264 among others; the one for Linux x64 is a build of 2018. Whoever passes them on has to
  keep to that licence, and can do without them: an ffmpeg on the PATH is preferred.
- The packages @img/sharp-libvips-… hold libvips, a library under the LGPL, version 3 or later, that sharp loads when it runs.
- libheif-js holds libheif and libde265, libraries under the LGPL, version 3, compiled to WebAssembly: files of their own, which vggdraw loads
  from that package when it reads a HEIC photo, and which may be replaced by others there. What HEIC holds is coded with HEVC, on which there
  are patents in some countries.

| package | version | licence | only on |
| ------- | ------- | ------- | ------- |
${[...new Set(rows)].join('\n')}
`;

if (!check) writeFileSync(file, text);
else if (!existsSync(file) || readFileSync(file, 'utf8') !== text)
  fail(`${file} is out of date; run npm run third-party`);

/** As packages declared several licences before there were expressions for that. */
function oldForm(path: string): string | undefined {
  if (!existsSync(`${path}/package.json`)) return undefined;
  const { licenses } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as { licenses?: { type: string }[] };
  return licenses?.map(({ type }) => type).join(' OR ');
}

// Not by locale: the file has to come out the same everywhere.
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function fail(reason: string): never {
  process.stderr.write(`third-party: ${reason}\n`);
  process.exit(1);
}
