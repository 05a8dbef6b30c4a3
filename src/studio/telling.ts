/** What one viewer is told of drawings: what it has not been told yet. */
import type { StudioDrawing } from './drawing.js';
import { type Facts, isOver } from './facts.js';

/** News of a drawing; losses from one on, after those that were told. */
export type Told = Omit<Facts, 'losses'> & {
  readonly lossesFrom: number;
  readonly losses: readonly number[];
};

export interface News {
  readonly changed: readonly Told[];
  readonly removed: readonly string[];
}

/** @returns what gathers all that is new since it was called last. Of drawings that are over, the losses can be asked for. */
export function gatherer(drawings: ReadonlyMap<string, StudioDrawing>): () => News | undefined {
  const told = new Map<string, { revision: number; losses: number; wasOver: boolean }>();
  let isFirst = true;
  return () => {
    const changed: Told[] = [];
    for (const [id, { facts, revision }] of drawings) {
      const before = told.get(id);
      if (before?.revision === revision) continue;
      const all = facts.losses.length;
      // One that goes on after its end is told anew.
      const isAnew = before === undefined || (before.wasOver && !isOver(facts));
      const from = isAnew ? (isOver(facts) ? all : 0) : before.losses;
      changed.push({ ...facts, lossesFrom: from, losses: facts.losses.slice(from) });
      told.set(id, { revision, losses: all, wasOver: isOver(facts) });
    }
    const removed = [...told.keys()].filter((id) => !drawings.has(id));
    for (const id of removed) told.delete(id);
    // The first piece says all that there is, and if that is nothing.
    const isNews = isFirst || changed.length + removed.length > 0;
    isFirst = false;
    return isNews ? { changed, removed } : undefined;
  };
}
