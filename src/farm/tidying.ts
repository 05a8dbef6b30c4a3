/**
 * What is kept of a job only while it is drawn: its checkpoint and its preview go when it is done. A worker that has lost a job goes on with it until
 * it knows, and may keep a checkpoint after another one has done the job and removed all. So whoever keeps something looks afterwards whether
 * the job is done by now. The report is written before anything is removed: one of the two sees what the other has done, and nothing is left.
 */
import { keys, type Store } from './store/store.js';

/** Removes what is kept of a job that is over. */
export async function tidy(store: Store, id: string): Promise<void> {
  await removeCheckpoint(store, id);
  await store.remove(keys.preview(id));
}

/** Removes the checkpoint of a job. */
export async function removeCheckpoint(store: Store, id: string): Promise<void> {
  // Frames alone are nothing that anybody would go on from.
  await store.remove(keys.checkpoint(id, 'drawing'));
  for (const key of await store.list(keys.checkpoints(id))) await store.remove(key);
}

/** To be called when something of a job has been kept. */
export async function tidyIfDone(store: Store, id: string): Promise<void> {
  if (await store.has(keys.report(id))) await tidy(store, id);
}

/** Removes what workers have left that were killed after they had kept something, and before they looked. */
export async function sweep(store: Store, signal: AbortSignal): Promise<void> {
  const kept = [...(await store.list(keys.checkpoints())), ...(await store.list(keys.previews()))];
  const ids = kept.map((key) => /^\w+\/([0-9a-f]{64})[./]/.exec(key)?.[1]);
  for (const id of new Set(ids.filter((id) => id !== undefined))) {
    if (signal.aborted) return;
    await tidyIfDone(store, id);
  }
}
