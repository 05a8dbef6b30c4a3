/** How much memory of NVIDIA's GPUs is taken while something runs. */
import { spawn } from 'node:child_process';

/**
 * Runs something and watches the memory that is taken meanwhile, above what was taken before.
 * @returns its result, and the peak in MB, counted over all of the machine's GPUs (programs besides this one count as well);
 * undefined where nvidia-smi does not tell.
 */
export async function withPeakMemory<T>(run: () => Promise<T>): Promise<{ result: T; peakMB: number | undefined }> {
  const query = ['--query-gpu=index,memory.used', '--format=csv,noheader,nounits', '--loop-ms=100'];
  const watcher = spawn('nvidia-smi', query, { stdio: ['ignore', 'pipe', 'ignore'] });
  const used = new Map<string, { first: number; peak: number }>();
  const isWatching = new Promise<void>((resolve) => {
    watcher.once('error', () => resolve());
    watcher.once('close', () => resolve());
    let text = '';
    watcher.stdout.setEncoding('utf8').on('data', (more: string) => {
      const lines = (text + more).split('\n');
      text = lines.pop()!;
      for (const [, gpu, amount] of lines.map((line) => /^(\d+), (\d+)$/.exec(line.trim()) ?? [])) {
        if (gpu === undefined) continue;
        const { first, peak } = used.get(gpu) ?? { first: Number(amount), peak: 0 };
        used.set(gpu, { first, peak: Math.max(peak, Number(amount)) });
      }
      resolve();
    });
  });
  try {
    // Not before it has seen how much is taken already.
    await isWatching;
    const result = await run();
    const peaks = [...used.values()].map(({ first, peak }) => peak - first);
    return { result, peakMB: peaks.length === 0 ? undefined : peaks.reduce((sum, peak) => sum + peak, 0) };
  } finally {
    watcher.kill();
  }
}
