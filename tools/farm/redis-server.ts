/** A Redis of one's own on this machine, for tests and demonstrations: on loopback, in a folder of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** Whether there is one on the PATH. */
export const hasRedis = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

export class RedisServer {
  #child: ChildProcess | undefined;

  private constructor(
    /** Where it is. */
    readonly url: string,
    /** Of loopback, without TLS: to see whether it answers. */
    private readonly port: number,
    private readonly args: readonly string[],
  ) {}

  /**
   * Starts one that writes down all that happens before it answers, so that it loses nothing.
   * @param folder where it does so.
   * @param more arguments.
   */
  static async start(folder: string, more: readonly string[] = []): Promise<RedisServer> {
    const port = await freePort();
    return RedisServer.#start(`redis://127.0.0.1:${port}`, port, [...keeping(folder), ...more]);
  }

  /** Starts one that is talked to with TLS. */
  static async startTls(
    folder: string,
    { key, certificate }: { key: string; certificate: string },
  ): Promise<RedisServer> {
    const [port, plain] = [await freePort(), await freePort()];
    const files = ['--tls-key-file', key, '--tls-cert-file', certificate, '--tls-ca-cert-file', certificate];
    const tls = ['--tls-port', String(port), '--tls-auth-clients', 'no', ...files];
    return RedisServer.#start(`rediss://127.0.0.1:${port}`, plain, [...keeping(folder), ...tls]);
  }

  static async #start(url: string, port: number, args: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(url, port, ['--bind', '127.0.0.1', '--port', String(port), ...args]);
    await server.#run();
    return server;
  }

  /** Ends it and starts it again. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#run();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }

  async #run(): Promise<void> {
    const child = spawn('redis-server', this.args, { stdio: 'ignore' });
    this.#child = child;
    while (!(await answers(this.port))) {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
      await wait(20);
    }
  }
}

const keeping = (folder: string): string[] => [
  '--dir',
  folder,
  '--save',
  '',
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
];

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether it says something to PING, be it that it wants a password: while it reads what was written down it says that it loads. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('data', (data) => end(!String(data).startsWith('-LOADING')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
