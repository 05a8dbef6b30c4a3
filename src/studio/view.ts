/** One drawing that a command makes, shown in a browser while it is made. */
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeAbandoned } from '../files/abandoned.js';
import { beginFile } from '../files/unfinished.js';
import type { JobEvent } from '../jobs/events.js';
import { HeldJob } from '../jobs/held-job.js';
import type { Job } from '../jobs/job.js';
import { photoName, StudioDrawing } from './drawing.js';
import { newFacts } from './facts.js';
import { Bell } from './news.js';
import { openServer } from './server.js';
import { shownPhoto } from './shown-photo.js';
import type { Exhibition } from './studio.js';
import { newId, titleOf } from './uploads.js';

/** Milliseconds that a page may be away for without being left: it may be loaded again. */
const patience = 3000;

export interface View {
  readonly url: string;
  /** What {@link runJob} yields, told to the pages meanwhile, which can pause the drawing and end it early. */
  events(signal: AbortSignal): AsyncGenerator<JobEvent, void, void>;
  /** Resolves when no page is open any more. */
  left(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** @throws InputError where no port can be had. */
export async function openView(job: Job): Promise<View> {
  const held = new HeldJob(job);
  void removeAbandoned(tmpdir());
  const folder = beginFile(join(tmpdir(), 'view'));
  const { temporary } = folder;
  await mkdir(join(temporary, 'frames'), { recursive: true });
  const bell = new Bell();
  const id = newId();
  const facts = newFacts(id, titleOf(job.photo), basename(job.preset), false);
  let photo: Promise<string> | undefined;
  const makePhoto = async (): Promise<string> => {
    const path = join(temporary, photoName);
    await writeFile(path, (await shownPhoto(job.photo)).jpeg);
    return path;
  };
  const drawing = new StudioDrawing(
    facts,
    temporary,
    () => bell.ring(),
    () => (photo ??= makePhoto()),
  );
  const exhibition: Exhibition = {
    bell,
    drawings: new Map([[id, drawing]]),
    pause() {
      held.pause();
      if (held.isPaused) drawing.tell({ kind: 'paused' });
    },
    goOn() {
      if (!held.isPaused) return;
      drawing.tell({ kind: 'active' });
      held.goOn();
    },
    stop: () => held.stop(),
  };
  const server = await openServer(exhibition);
  return {
    url: server.url,
    async *events(signal) {
      drawing.tell({ kind: 'active' });
      try {
        for await (const event of held.events(signal)) {
          drawing.tell(event);
          yield event;
        }
      } catch (error) {
        drawing.tell({ kind: 'failed', error });
        throw error;
      }
    },
    left: (signal) => server.left(patience, signal),
    async close() {
      await drawing.settled();
      await server.close();
      await folder.discard();
    },
  };
}
