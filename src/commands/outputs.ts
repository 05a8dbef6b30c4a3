/** The files of a drawing: video, finished picture, frames. They appear under their names together, when all are whole. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../errors.js';
import { beginFile, checkOutputFile, type UnfinishedFile } from '../files.js';
import type { Picture } from '../image/picture.js';
import { encodePng } from '../image/png.js';
import type { VideoWriter } from '../video/video.js';
import { checkFrameFolder, type FrameFolder, openFrameFolder } from './frames.js';

export interface OutputPaths {
  readonly output: string;
  readonly still: string | undefined;
  readonly frames: string | undefined;
}

/**
 * Checks, before any work is done, that everything can be written.
 * @throws InputError for the first flag whose file or folder can't.
 */
export async function checkOutputs(paths: OutputPaths, photo: string, overwrite: boolean): Promise<void> {
  const { output, still, frames } = paths;
  for (const [flag, path] of Object.entries(paths) as [string, string | undefined][]) {
    if (path !== undefined && resolve(path) === resolve(photo)) {
      throw new InputError(`--${flag}: ${photo} is the photo itself; choose another name`);
    }
  }
  await checkOutputFile(output, '--output', overwrite);
  if (still) await checkOutputFile(still, '--still', overwrite);
  if (frames) await checkFrameFolder(frames, overwrite);
}

export class Outputs {
  private constructor(
    private readonly video: UnfinishedFile,
    private readonly writer: VideoWriter,
    private readonly held: number,
    private readonly still: UnfinishedFile | undefined,
    private readonly folder: FrameFolder | undefined,
  ) {}

  /**
   * Starts the files, under temporary names. `held` is for how many frames the video holds the finished picture at the end.
   * @throws InputError where ffmpeg can't be started.
   */
  static async open(
    { output, still, frames }: OutputPaths,
    { held, ...video }: { width: number; height: number; fps: number; held: number },
  ): Promise<Outputs> {
    // Loaded only now, because the drawing should begin first.
    const { openVideo } = await import('../video/video.js');
    const file = beginFile(output);
    // The first of the frames that hold the finished picture is written: its tone may be another one.
    const writer = await openVideo({ path: file.temporary, ...video, held: Math.max(0, held - 1) });
    const folder = frames === undefined ? undefined : await openFrameFolder(frames);
    return new Outputs(file, writer, held, still === undefined ? undefined : beginFile(still), folder);
  }

  /** Adds a frame; resolves when the next one may come. @throws InputError where it can't be written. */
  async add(picture: Picture): Promise<void> {
    await Promise.all([this.writer.write(picture.rgb), this.folder?.add(picture)]);
  }

  /** Holds the finished picture, and gives every file its name. */
  async finish(finished: Picture): Promise<void> {
    if (this.held > 0) await this.writer.write(finished.rgb);
    await this.writer.finish();
    if (this.still) await writeFile(this.still.temporary, await encodePng(finished));
    await this.folder?.commit();
    await this.still?.commit();
    await this.video.commit();
  }

  /** Ends ffmpeg without waiting for it. */
  abandon(): void {
    void this.writer.abort();
  }

  /** Removes what was not finished; harmless after `finish`. */
  async discard(): Promise<void> {
    await this.writer.abort();
    await Promise.all([this.folder?.discard(), this.still?.discard(), this.video.discard()]);
  }
}
