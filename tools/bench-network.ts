/** Times a model with the input `x`, a picture of 224 × 224: bench-network.js FILE ITERATIONS THREADS. Prints milliseconds and peak memory as JSON. */
import { readFile } from 'node:fs/promises';
import { openSession, Tensor } from '../src/runtime/session.js';

const [file, iterations, threads] = process.argv.slice(2) as [string, string, string];
const session = await openSession(file, { threads: Number(threads) });
const shape = [1, 3, 224, 224];
const x = new Tensor('float32', Float32Array.from({ length: 3 * 224 * 224 }, Math.random), shape);
const ms: number[] = [];
for (let i = 0; i < Number(iterations); i++) {
  const start = performance.now();
  await session.run({ x });
  ms.push(performance.now() - start);
}
await session.release();
// Not resourceUsage().maxRSS, in which Linux counts what the parent process took: it made the gradient.
const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8'))!;
process.stdout.write(`${JSON.stringify({ ms, maxRssMB: Math.round(Number(kilobytes) / 1024) })}\n`);
