#!/usr/bin/env node
/** The program. Before all else it starts a drawing's thread, which takes longer to load than everything here. */
import { constants, setPriority } from 'node:os';
import { withImpliedDraw } from './commands/implied-draw.js';
import { listenToSignals } from './commands/interruption.js';
import { endWaiting, startWaiting } from './drawing/thread/workers.js';

const args = withImpliedDraw(process.argv.slice(2));

listenToSignals();
// Not for help, after which yargs ends the process: while a thread loads onnxruntime-node, that would be a crash.
if (
  /^(?:draw|resume)$/.test(args[0] ?? '') &&
  !args.some((arg) => /^(?:-(?!o)\w*[hv]|--(?:help|version)\b)/.test(arg))
) {
  // Whoever uses the machine meanwhile goes first; where nobody does, it costs nothing. Threads have it from who starts them.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  startWaiting();
}
const { runCommandLine } = await import('./command-line.js');
await runCommandLine(args);
endWaiting();
