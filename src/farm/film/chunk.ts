/** Frames of a film on the machine of a worker: each is in the store when it is drawn, and the report when all are. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { givenNetwork } from '../../drawing/recipe/index.js';
import { parsePreset } from '../../drawing/recipe/preset.js';
import { InputError } from '../../errors.js';
import { drawFrames } from '../../film/draw-frames.js';
import { chunkAt, drawnFor } from '../../film/plan.js';
import { encodePng } from '../../image/encode-png.js';
import type { Picture } from '../../image/picture.js';
import { networkOf } from '../../networks/index.js';
import { version } from '../../version.js';
import { readVideo } from '../../video/read-video.js';
import { type Ended, type Ends, inputsIn, type Means, type Told, toldOf } from '../drawing.js';
import type { ChunkJob } from '../job-data.js';
import { sharedFile } from '../shared-files.js';
import { keys } from '../store/store.js';

/**
 * Draws a chunk of a film, and keeps its frames and a report in the store. One that is ended early begins again.
 * @throws InputError where the job is at fault, StoreError where the store is.
 */
export async function drawChunk(id: string, job: ChunkJob, means: Means, told: Told, ends: Ends): Promise<Ended> {
  const folder = join(means.scratch, id);
  await mkdir(folder, { recursive: true });
  try {
    return await drawInto(folder, id, job, means, told, AbortSignal.any([ends.ending, ends.lost]));
  } catch (error) {
    throw toldOf(error, folder, job.name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function drawInto(
  folder: string,
  id: string,
  job: ChunkJob,
  means: Means,
  told: Told,
  signal: AbortSignal,
): Promise<Ended> {
  const { store, pool } = means;
  const began = performance.now();
  const film = await sharedFile({ file: job.film, name: 'film' }, `the film of ${job.name}`, means);
  const { preprocess, network: path, ...inputs } = await inputsIn(folder, job, means);
  const model = await givenNetwork({ network: path, preprocess });
  const preset = parsePreset(job.recipe, 'recorded', model && (await networkOf(model)));
  const { strokes, exact, styleSize, styleWeight, keepColours, iterations, fresh, width, height } = job;
  const options = {
    ...{ ...inputs, preset, network: model, strokes, exact, styleSize, styleWeight, keepColours, iterations, fresh },
    provider: means.provider,
    memory: means.keepsToMemory ? job.memory : undefined,
    threads: job.threads ?? means.threads,
  };
  const chunk = chunkAt(job.first, job.count);
  const wanted = [...chunk.before, ...Array.from({ length: chunk.count }, (_, i) => chunk.first + i)];
  const { fps, from, to } = job;
  const frames = framesAt(readVideo(film, { fps, from, to, size: { width, height } }), wanted);
  let done = 0;
  for await (const event of drawFrames(frames, options, undefined, { signal, pool })) {
    if (event.kind === 'step') {
      const { iteration } = event.frame;
      if (!iteration) continue;
      told.progress({
        ...{ iteration: done, iterations: drawnFor(chunk) },
        ...{ layer: iteration.layer, loss: iteration.loss },
      });
      continue;
    }
    const frame = wanted[done++]!;
    if (done > chunk.before.length) await store.write(keys.frame(id, frame), await encodePng(event.picture));
  }
  if (signal.aborted && done < wanted.length) return 'early';
  if (done < wanted.length)
    throw new InputError(`the film has ${done} of ${wanted.length} frames that are to be drawn`);
  const report = {
    ...{ id, version, film: job.film, name: job.name, preset: job.preset, size: { width, height } },
    ...{ provider: means.provider, first: job.first, frames: job.count, files: {} },
    seconds: Number(((performance.now() - began) / 1000).toFixed(3)),
  };
  await store.write(keys.report(id), `${JSON.stringify(report, undefined, 2)}\n`);
  return 'done';
}

/** Frames of a film by their numbers, in ascending order. */
async function* framesAt(film: AsyncIterable<Picture>, wanted: readonly number[]): AsyncGenerator<Picture, void, void> {
  const last = wanted.at(-1)!;
  const set = new Set(wanted);
  let index = 0;
  for await (const picture of film) {
    if (set.has(index)) yield picture;
    if (index++ === last) return;
  }
}
