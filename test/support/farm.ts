/** A farm on this machine: a Redis, a store in a folder, and workers in this process. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PresetInput } from '../../src/drawing/recipe/preset.js';
import { type Added, type AddOptions, addPhotos } from '../../src/farm/adding.js';
import { FarmQueue } from '../../src/farm/queue/farm-queue.js';
import { queueOf } from '../../src/farm/queue/memory-classes.js';
import { prefix } from '../../src/farm/queue/names.js';
import { openStore } from '../../src/farm/store/open.js';
import type { Store } from '../../src/farm/store/store.js';
import { type WorkerEvent, type WorkerOptions, work } from '../../src/farm/worker.js';
import { encodePng } from '../../src/image/encode-png.js';
import { RedisServer } from '../../tools/farm/redis-server.js';

export const cheap: PresetInput = { phases: [{ layer: 'block1_conv2', iterations: 2, learningRate: 8 }] };

export const idsOf = (added: readonly Added[]): string[] => added.map((one) => ('id' in one ? one.id : 'none'));
export const ofKind = <K extends WorkerEvent['kind']>(events: readonly WorkerEvent[], kind: K) =>
  events.filter((event): event is Extract<WorkerEvent, { kind: K }> => event.kind === kind);

/** What a worker says of itself that takes jobs and does none. */
export const about = {
  id: 'test',
  host: 'here',
  pid: 1,
  version: '0',
  concurrency: 1,
  provider: 'cpu',
  memory: 2 ** 30,
} as const;

export class TestFarm {
  private constructor(
    readonly folder: string,
    readonly server: RedisServer,
    readonly queue: FarmQueue,
    readonly store: Store,
  ) {}

  /** @param args for redis-server. @param userinfo what stands before the host in its address: `:password@`. */
  static async start({ args = [] as readonly string[], userinfo = '' } = {}): Promise<TestFarm> {
    const folder = mkdtempSync(join(tmpdir(), 'vggdraw-farm-'));
    process.env.VGGDRAW_CACHE = join(folder, 'cache');
    for (const name of ['redis', 'store', 'photos']) mkdirSync(join(folder, name));
    const server = await RedisServer.start(join(folder, 'redis'), args);
    const queue = await FarmQueue.open(server.url.replace('//', `//${userinfo}`));
    return new TestFarm(folder, server, queue, await openStore(String(pathToFileURL(join(folder, 'store')))));
  }

  async stop(): Promise<void> {
    await this.queue.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** The store, of which one call is another. */
  storeWith<K extends keyof Store>(call: K, by: Store[K]): Store {
    return new Proxy(this.store, {
      get: (store, name: keyof Store) =>
        name === call ? by : typeof store[name] === 'function' ? store[name].bind(store) : store[name],
    });
  }

  /** Has a job's worker lose it without knowing, as one that has stood still for longer than its lease. */
  async steal(id: string): Promise<void> {
    const { need } = await this.queue.find(id);
    await this.queue.redis.del(`${prefix}:${queueOf(need)}:${id}:lock`);
  }

  /** A photo of one colour and 16×16 pixels, another one for each number. */
  async photo(number: number): Promise<string> {
    const rgb = Uint8Array.from({ length: 768 }, (_, i) => (i * 7 + number) % 256);
    const path = join(this.folder, 'photos', `photo-${number}.png`);
    writeFileSync(path, await encodePng({ width: 16, height: 16, rgb }));
    return path;
  }

  photos(count: number, from = 0): Promise<string[]> {
    return Promise.all(Array.from({ length: count }, (_, i) => this.photo(from + i)));
  }

  async add(
    photos: readonly string[],
    options: Partial<AddOptions> = {},
    preset: PresetInput = cheap,
  ): Promise<Added[]> {
    const file = join(this.folder, 'preset.json');
    writeFileSync(file, JSON.stringify(preset));
    const usual = {
      preset: file,
      size: 16,
      weights: 'contour',
      threads: 1,
      style: [],
      provider: 'auto',
      outputs: ['still'] as const,
      hold: 0,
    };
    const added: Added[] = [];
    for await (const one of addPhotos(photos, { ...usual, ...options }, this)) added.push(one);
    return added;
  }

  /** Works until there is nothing to do, or somebody says so. @returns what happened. */
  async work(
    options: Partial<WorkerOptions> = {},
    signal: AbortSignal = new AbortController().signal,
    tell: (event: WorkerEvent) => unknown = () => {},
  ): Promise<WorkerEvent[]> {
    const happened: WorkerEvent[] = [];
    const usual = {
      queue: this.server.url,
      store: this.store,
      provider: 'cpu',
      memory: 2 ** 30,
      concurrency: 1,
      checkpointEvery: 5,
      lease: 30,
      untilEmpty: true,
    };
    await work(
      { ...usual, ...options },
      (event) => {
        happened.push(event);
        tell(event);
      },
      signal,
    );
    return happened;
  }
}
