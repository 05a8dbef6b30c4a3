/** Whether a job was done before. */
import { isAt } from './checkpoint.js';
import type { Job } from './job.js';

/** The files of a job where all are there, and there is no checkpoint to go on from; else undefined. */
export function finishedFiles({ outputs, checkpoint }: Pick<Job, 'outputs' | 'checkpoint'>): string[] | undefined {
  const files = Object.values(outputs).filter((path) => path !== undefined);
  return files.every(isAt) && !(checkpoint && isAt(checkpoint.path)) ? files : undefined;
}
