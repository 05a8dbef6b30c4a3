/** The library at work on damaged files, in a process that outlives them: a process for each would take a hundred times longer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Broken, hangSeconds, type Read } from './case.js';

/** What came of reading a file. */
export interface Outcome {
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string } | null;
  /** What was taken for it, in bytes, beyond what the process had already; 0 where it can't be told. */
  readonly peakBytes: number;
  /** The reader did not survive it, or did not come to an end. */
  readonly end?: Broken;
}

const program = fileURLToPath(new URL('./read-child.js', import.meta.url));

export class Reader {
  #child: ChildProcess | undefined;
  #exited: Promise<unknown> | undefined;
  #answers: AsyncIterator<string> | undefined;
  #stderr = '';

  constructor(private readonly slowness: () => number) {}

  /** Reads a file, and waits for the end of it. */
  async read(read: Read): Promise<Outcome> {
    const child = this.#start();
    const seconds = hangSeconds * this.slowness();
    let hangs = false;
    const timer = setTimeout(() => {
      hangs = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.stdin!.write(`${JSON.stringify(read)}\n`);
    const answer = await this.#answers!.next();
    clearTimeout(timer);
    if (!answer.done) return JSON.parse(answer.value) as Outcome;
    const [code, signal] = (await this.#exited) as [number | null, string | null];
    this.#child = undefined;
    // No file makes a process end like that: somebody else has, who ends processes on this machine.
    if (signal === 'SIGTERM') return this.read(read);
    const end: Broken = hangs
      ? { promised: 'no hang', seen: `it was still being read after ${seconds.toFixed(0)} s` }
      : { promised: 'exit code', seen: `the process ended with ${code ?? signal}: ${this.#stderr.slice(-300)}` };
    return { error: null, peakBytes: 0, end };
  }

  async end(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    child.kill('SIGKILL');
    await this.#exited;
  }

  #start(): ChildProcess {
    if (this.#child) return this.#child;
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
    });
    child.stdin!.on('error', () => {});
    this.#stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    this.#child = child;
    this.#exited = once(child, 'exit');
    this.#answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
    return child;
  }
}
