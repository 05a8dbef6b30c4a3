/** Freeing what V8 would leave lying: buffers outside of its heap, which it collects late because they hardly fill it. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// For this one context: no other one of the process is to see a function `gc`.
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setFlagsFromString('--no-expose-gc');

/** Collects all garbage of this thread at once, which takes some 10 ms. */
export const collectGarbage = (): void => collect();
