/** A photo from stdin, a video to stdout: `-` in their place. */
import { createReadStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { errorCode, InputError, messageOf } from '../../errors.js';
import { removeAbandoned } from '../../files/abandoned.js';
import { beginFile } from '../../files/unfinished.js';
import { largestPhotoFile } from '../../image/source.js';
import type { JobEvent } from '../../jobs/events.js';
import { type Job, runJob } from '../../jobs/job.js';
import { standardStream } from './file-names.js';

/** What {@link runJob} yields. Where its photo is stdin and its video stdout, they are. */
export async function* runWithStreams(job: Job, signal: AbortSignal): AsyncGenerator<JobEvent, void, void> {
  const video = job.outputs.output === standardStream ? await openVideoForStdout() : undefined;
  try {
    const photo = job.photo === standardStream ? { photo: 'stdin', photoBytes: await readStdin() } : {};
    const outputs = { ...job.outputs, ...(video && { output: video.path }) };
    for await (const event of runJob({ ...job, ...photo, outputs }, signal)) {
      if (event.kind !== 'done' || !video) {
        yield event;
        continue;
      }
      await video.send();
      yield { ...event, written: { ...event.written, output: 'stdout' } };
    }
  } finally {
    await video?.discard();
  }
}

/** What comes on stdin. @throws InputError where nobody pipes anything in, or more than a photo. */
async function readStdin(): Promise<Uint8Array> {
  const refuse = (reason: string): never => {
    throw new InputError(`can't read stdin: ${reason}`);
  };
  if (process.stdin.isTTY) refuse('it is the keyboard; pipe a photo into it, or name one');
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of process.stdin as AsyncIterable<Uint8Array>) {
      bytes += part.length;
      if (bytes > largestPhotoFile) refuse('the photo is larger than 1 GB; save it as JPEG or PNG');
      parts.push(part);
    }
  } catch (error) {
    if (error instanceof InputError) throw error;
    refuse(messageOf(error));
  }
  if (bytes === 0) refuse('there is nothing in it');
  return Buffer.concat(parts);
}

/** A video that is whole before stdout gets any of it: an MP4 is not written from its beginning to its end. */
interface VideoForStdout {
  /** Where to write it. */
  readonly path: string;
  /** Hands it out. Whoever reads may leave. @throws InputError where stdout can't be written. */
  send(): Promise<void>;
  discard(): Promise<void>;
}

/** @throws InputError where stdout shows it to somebody. */
async function openVideoForStdout(): Promise<VideoForStdout> {
  if (process.stdout.isTTY)
    throw new InputError('the video would go to the terminal; redirect stdout, or name a file', { field: 'output' });
  void removeAbandoned(tmpdir());
  const folder = beginFile(join(tmpdir(), 'stdout'));
  await mkdir(folder.temporary);
  const path = join(folder.temporary, 'stdout.mp4');
  return {
    path,
    async send() {
      try {
        await pipeline(createReadStream(path), process.stdout, { end: false });
      } catch (error) {
        if (errorCode(error) === 'EPIPE') return;
        throw new InputError(`the video can't be written to stdout: ${messageOf(error)}`, { field: 'output' });
      }
    },
    discard: () => folder.discard(),
  };
}
