/** A video among the files of a drawing, as both kinds begin and end it. */
import { writeFileSync } from 'node:fs';
import { beginFile } from '../files/unfinished.js';
import type { VideoOptions, VideoWriter } from '../video/video.js';
import { commitFile } from './whole.js';

export class VideoFile {
  readonly #file;
  #writer: VideoWriter | undefined;

  /** Starts the file. ffmpeg is started when there is something to write. */
  constructor(
    readonly path: string,
    private readonly overwrite: boolean,
  ) {
    this.#file = beginFile(path);
    writeFileSync(this.#file.temporary, ''); // While it is there nobody removes the folder.
  }

  /** Starts ffmpeg. Where that fails nothing is left of the file. */
  async open(options: Omit<VideoOptions, 'path' | 'name'>): Promise<VideoWriter> {
    // Loaded only now, because the drawing should begin first.
    const { openVideo } = await import('../video/video.js');
    try {
      this.#writer = await openVideo({ ...options, path: this.#file.temporary, name: this.path });
    } catch (error) {
      await this.#file.discard();
      throw error;
    }
    return this.#writer;
  }

  /** Where it is until it has its name. */
  get temporary(): string {
    return this.#file.temporary;
  }

  /** As an output's. */
  commit = (): Promise<string> => commitFile(this.#file, this.path, this.overwrite);

  /** As an output's. */
  discard = async (): Promise<void> => {
    await this.#writer?.abort();
    await this.#file.discard();
  };
}
