/** A video among the files of a drawing, as both kinds begin and end it. */
import { writeFileSync } from 'node:fs';
import { beginFile } from '../files/unfinished.js';
import { videoFormatOf } from '../video/formats.js';
import type { Mount } from '../video/framing.js';
import type { VideoOptions, VideoWriter } from '../video/video.js';
import { commitFile } from './whole.js';

/** How a video looks beside its frames. */
export interface VideoDress {
  /** What they lie on; undefined where they are all of it. */
  readonly mount: Mount | undefined;
  /** What the file says of itself. */
  readonly comment: string;
}

export class VideoFile {
  readonly #file;
  #writer: VideoWriter | undefined;

  /** Starts the file, of the kind that its name says. ffmpeg is started when there is something to write. */
  constructor(
    readonly path: string,
    private readonly overwrite: boolean,
    private readonly dress: VideoDress,
  ) {
    this.#file = beginFile(path);
    writeFileSync(this.#file.temporary, ''); // While it is there nobody removes the folder.
  }

  /** Starts ffmpeg. Where that fails nothing is left of the file. */
  async open(options: Pick<VideoOptions, 'width' | 'height' | 'fps' | 'held'>): Promise<VideoWriter> {
    // Loaded only now, because the drawing should begin first.
    const { openVideo } = await import('../video/video.js');
    const { mount, comment } = this.dress;
    const { width, height } = mount ?? options;
    const format = videoFormatOf(this.path)!;
    const named = { path: this.#file.temporary, name: this.path, format, comment };
    try {
      this.#writer = await openVideo({ ...options, ...named, width, height });
    } catch (error) {
      await this.#file.discard();
      throw error;
    }
    const writer = this.#writer;
    return mount ? { ...writer, write: async (rgb) => writer.write(await mount.mounted(rgb)) } : writer;
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
