/** What a drawing needs, looked for one after another. Nothing is fetched, and nothing stays written. */
import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../cache.js';
import { InputError, messageOf } from '../../errors.js';
import { checkCanMake } from '../../files/writable.js';
import { cachedFiles } from '../../networks/vgg19/weights/cache-folder.js';
import { providerNames } from '../../runtime/provider.js';
import { isWorthTaking } from '../../runtime/providers/choose.js';
import { type Inspection, inspectProvider } from '../../runtime/providers/inspect.js';
import { runtimeVersion } from '../../runtime/providers/package.js';
import { neededNode, version } from '../../version.js';
import { describeFfmpeg, findFfmpeg } from '../../video/ffmpeg.js';
import { encodersFor } from '../../video/formats.js';
import { wayOf } from '../preview/terminal.js';
import { showsBars } from '../progress.js';
import { megabytes } from '../weights/download-view.js';

export interface Finding {
  /** What was looked at, for people. */
  readonly name: string;
  /** The same for programs; `providers.cpu` is the key `cpu` of the object `providers`. */
  readonly key: string;
  /** What was found, in lines. */
  readonly found: readonly string[];
  /** The same for programs. */
  readonly facts: unknown;
  readonly lack?: Lack | undefined;
}

interface Lack {
  /** Whether nothing is drawn without it. */
  readonly isNeeded: boolean;
  /** What is missing, and what to do. */
  readonly remedy: string;
}

/** The findings, each when it is made. */
export async function* examine(): AsyncGenerator<Finding, void, void> {
  yield { name: 'vggdraw', key: 'vggdraw', found: [version], facts: version };
  yield nodeFinding(process.versions.node);
  yield systemFinding();
  yield processorFinding();
  yield memoryFinding();
  yield terminalFinding();
  yield cacheFinding(cacheFolder(), await freeBytes(cacheFolder()));
  yield await weightsFinding();
  yield await ffmpegFinding();
  yield* runtimeFindings();
  const queue = process.env.VGGDRAW_QUEUE;
  if (queue) yield await queueFinding(queue);
}

export function nodeFinding(node: string): Finding {
  const [major, minor] = node.split('.').map(Number) as [number, number];
  const [neededMajor, neededMinor] = neededNode.split('.').map(Number) as [number, number];
  const isOld = major < neededMajor || (major === neededMajor && minor < neededMinor);
  const lack = isOld ? { isNeeded: true, remedy: `install Node.js ${neededNode} or later` } : undefined;
  return { name: 'Node.js', key: 'node', found: [node], facts: node, lack };
}

function systemFinding(): Finding {
  const { platform, arch } = process;
  const name = textOf('/etc/os-release').match(/^PRETTY_NAME="?([^"\n]*)/m)?.[1];
  const found = [[`${platform} ${arch}`, ...(name ? [name] : []), release()].join(', ')];
  return { name: 'system', key: 'system', found, facts: { platform, arch, name: name ?? null, release: release() } };
}

/** What kernels of ONNX Runtime are chosen by. */
const features = ['avx', 'avx2', 'fma', 'f16c', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_bf16', 'asimd', 'sve'];

function processorFinding(): Finding {
  const model = cpus()[0]?.model ?? 'unknown';
  const threads = availableParallelism();
  // Linux alone says; `Features` on ARM.
  const listed =
    textOf('/proc/cpuinfo')
      .match(/^(?:flags|Features)\s*: (.*)$/m)?.[1]
      ?.split(' ') ?? [];
  const has = features.filter((feature) => listed.includes(feature));
  const found = [[model, `${threads} threads`, ...(has.length > 0 ? [has.join(' ')] : [])].join(', ')];
  return { name: 'processor', key: 'processor', found, facts: { model, threads, features: has } };
}

function memoryFinding(): Finding {
  const total = totalmem();
  const free = process.availableMemory();
  const constrained = process.constrainedMemory();
  // Where there is no limit it is 0, or more than there is.
  const limit = constrained > 0 && constrained < total ? constrained : null;
  const of = limit === null ? gigabytes(total) : `${gigabytes(limit)} for this container, of ${gigabytes(total)}`;
  return { name: 'memory', key: 'memory', found: [`${of}, ${gigabytes(free)} free`], facts: { total, limit, free } };
}

function terminalFinding(): Finding {
  const named = { name: 'terminal', key: 'terminal' };
  const { stderr, env } = process;
  if (!showsBars()) return { ...named, found: ['none'], facts: null };
  const [way, bits] = [wayOf(stderr, env), stderr.getColorDepth(env)];
  const facts = { term: env.TERM ?? null, columns: stderr.columns, rows: stderr.rows, way, bits };
  const size = `${facts.columns}×${facts.rows}`;
  return { ...named, found: [`${facts.term ?? 'of no name'}, ${size}, ${bits} bits of colour, shows ${way}`], facts };
}

/** @param free bytes on its disk; undefined where nobody knows. */
export function cacheFinding(folder: string, free: number | undefined): Finding {
  const refused = refusal(folder);
  const writable = refused === undefined;
  const found = [`${folder}${writable ? ', writable' : ''}${free === undefined ? '' : `, ${gigabytes(free)} free`}`];
  const remedy = `${refused}, and no weights can be fetched to it; set VGGDRAW_CACHE to a folder that can be written`;
  const lack = writable ? undefined : { isNeeded: false, remedy };
  return { name: 'cache', key: 'cache', found, facts: { folder, writable, free: free ?? null }, lack };
}

/** Why nothing can be put into a folder, which need not be there; undefined where it can. */
function refusal(folder: string): string | undefined {
  try {
    checkCanMake(join(folder, 'probe'), 'cache');
    return undefined;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.reason.replace(/; choose .*/, '');
  }
}

async function weightsFinding(): Promise<Finding> {
  const here = (await cachedFiles(cacheFolder()).catch(() => [])).filter(({ size }) => size !== undefined);
  const files = here.map(({ name, size, source, record }) => {
    const whole = (source ?? record)?.bytes;
    return { name, bytes: size!, whole: whole === undefined || whole === size };
  });
  const found = files.map(({ name, bytes, whole }) => `${name}, ${megabytes(bytes)}${whole ? '' : ', not whole'}`);
  const damaged = files.find(({ whole }) => !whole);
  const remedy = damaged
    ? "'vggdraw weights verify' says how to mend it"
    : "'vggdraw weights fetch' brings pretrained ones; without them drawings are made with weights from a formula";
  const lack = files.length === 0 || damaged ? { isNeeded: false, remedy } : undefined;
  return { name: 'weights', key: 'weights', found: files.length === 0 ? ['none fetched'] : found, facts: files, lack };
}

export async function ffmpegFinding(): Promise<Finding> {
  const named = { name: 'ffmpeg', key: 'ffmpeg' };
  try {
    const path = await findFfmpeg();
    const { version, encoders } = await describeFfmpeg(path);
    const has = Object.entries(encodersFor).flatMap(([ending, names]) =>
      names.map((name) => ({ name, ending: `.${ending}`, here: encoders.includes(name) })),
    );
    const here = has.filter((one) => one.here).map(({ name }) => name);
    const without = has.filter((one) => !one.here).map(({ name, ending }) => `${name} for ${ending}`);
    const remedy = `it has no encoder ${without.join(', ')}; FFMPEG_PATH can name an ffmpeg that has`;
    return {
      ...named,
      found: [`${version}, ${path}`, `encoders ${here.join(', ')}`],
      facts: { path, version, encoders: Object.fromEntries(has.map(({ name, here }) => [name, here])) },
      lack: without.length === 0 ? undefined : { isNeeded: false, remedy },
    };
  } catch (error) {
    return {
      ...named,
      found: ['none that can be used'],
      facts: null,
      lack: { isNeeded: true, remedy: messageOf(error) },
    };
  }
}

/** The queue of a farm, where one is named. Its address, which may be a machine's name, stays unsaid. */
async function queueFinding(address: string): Promise<Finding> {
  const named = { name: 'queue', key: 'queue' };
  // Loaded only now: most have no farm.
  const { FarmQueue } = await import('../../farm/queue/farm-queue.js');
  const { shownQueue } = await import('../../farm/queue/connection.js');
  try {
    const queue = await FarmQueue.open(address);
    await queue.close();
    return { ...named, found: ['VGGDRAW_QUEUE answers'], facts: { usable: true } };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const shown = URL.canParse(address) ? shownQueue(new URL(address)) : address;
    const remedy = error.reason.replaceAll(shown, 'VGGDRAW_QUEUE');
    return { ...named, found: ['not usable'], facts: { usable: false }, lack: { isNeeded: false, remedy } };
  }
}

/** ONNX Runtime, and a finding for each provider, which is proven. */
async function* runtimeFindings(): AsyncGenerator<Finding, void, void> {
  const runtime = versionOfRuntime();
  yield { name: 'ONNX Runtime', key: 'onnxruntime', found: [runtime ?? 'not installed'], facts: runtime ?? null };
  for (const name of providerNames) yield providerFinding(await inspectProvider({ name }));
}

export function providerFinding(inspection: Inspection): Finding {
  const { name, known, usable, device, reason, isSoftware } = inspection;
  const taken = isWorthTaking(inspection) || name === 'cpu';
  // What this build does not have at all needs no advice.
  const isNeeded = name === 'cpu';
  const lack = reason !== null && (known || isNeeded) ? { isNeeded, remedy: reason } : undefined;
  const found = usable
    ? [`usable, ${device ?? 'on an unknown device'}${taken ? '' : ', in software'}`]
    : [reason === null || lack ? 'not usable' : `not usable: ${reason}`];
  return { name, key: `providers.${name}`, found, facts: { usable, device, reason, isSoftware }, lack };
}

function versionOfRuntime(): string | undefined {
  try {
    return runtimeVersion();
  } catch {
    return undefined;
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Undefined where the system does not say. */
async function freeBytes(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    // It is made where it is needed.
    return dirname(folder) === folder ? undefined : freeBytes(dirname(folder));
  }
}

/** What a file says; nothing where there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
