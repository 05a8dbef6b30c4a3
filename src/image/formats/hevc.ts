/** Decodes HEIC's pictures, in a thread that can be ended whatever it does. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Size } from '../picture.js';
import type { Layout } from './format.js';
import { damaged } from './libvips.js';

/** R G B, and alpha where there is any. */
export type HevcLayout = Layout & { readonly channels: 3 | 4 };

/** What the thread is to do. */
export interface HevcTask {
  readonly file: Uint8Array;
  readonly layout: HevcLayout;
  /** The most memory that the decoder may take. */
  readonly bytes: number;
}

/** Pixels, or why there are none. */
export type HevcResult = Uint8Array | string;

/** Bytes that the decoder takes at most: the file here and there, planes of tiles and of the picture, at up to 16 bits, and its pixels. */
export const hevcBytes = ({ width, height }: Size, fileBytes: number): number =>
  64e6 + 2 * fileBytes + 24 * width * height;

/** Twenty times what a slow machine takes: who needs longer keeps the decoder busy for nothing. */
const secondsFor = ({ width, height }: Size): number => 60 + Math.ceil((5 * width * height) / 1e6);

/**
 * The pixels of a file whose picture is coded with HEVC, upright, whatever colours its numbers stand for.
 * @param layout what its header says.
 * @param seconds until it is given up.
 * @throws InputError where it is damaged.
 */
export async function decodeHevc(
  name: string,
  file: Buffer,
  layout: HevcLayout,
  seconds = secondsFor(layout),
): Promise<Buffer> {
  const task: HevcTask = { file, layout, bytes: hevcBytes(layout, file.length) };
  const worker = new Worker(new URL('./hevc-worker.js', import.meta.url), { execArgv: [], workerData: task });
  try {
    const signal = AbortSignal.timeout(1000 * seconds);
    const [result] = (await once(worker, 'message', { signal })) as [HevcResult];
    if (typeof result === 'string') throw new Error(result);
    return Buffer.from(result.buffer);
  } catch (error) {
    throw damaged(name, error);
  } finally {
    await worker.terminate();
  }
}
