/** Freeing what V8 would leave lying: buffers outside of its heap, which it collects late because they hardly fill it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * V8's `gc`, in a context of its own: no other one of the process is to see such a function. V8's flags belong to the whole
 * process, so another thread that loads this file at the same moment may have taken the flag away in between: then again.
 */
function exposed(): () => void {
  for (;;) {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('globalThis.gc') as (() => void) | undefined;
    setFlagsFromString('--no-expose-gc');
    if (collect) return collect;
  }
}

const collect = exposed();

/** Collects all garbage of this thread at once, which takes some 10 ms. */
export const collectGarbage = (): void => collect();
