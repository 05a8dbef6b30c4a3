/** The thread that looks. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { InputError, messageOf } from '../../errors.js';
import { openNetwork } from '../../networks/index.js';
import { explainBreak } from '../../runtime/providers/explain.js';
import { errorMessage } from '../../runtime/threads.js';
import { lookAt } from '../look-at.js';
import type { FromLooker, Looking, ToLooker } from './messages.js';

/** Looks, when it is told at what. It ends when it is told to: before it has begun, or after the iteration that is running. */
function main(port: MessagePort): void {
  let isEnding = false;
  const send = (message: FromLooker): boolean => {
    if (!isEnding) port.postMessage(message);
    return !isEnding;
  };
  port.on('message', (message: ToLooker) => {
    if (message.kind === 'end') {
      isEnding = true;
      port.close();
    } else {
      looking(message, send).catch((error: unknown) => send(errorMessage(error)));
    }
  });
}

async function looking(asked: Looking, send: (message: FromLooker) => boolean): Promise<void> {
  try {
    const network = await openNetwork(asked.model, asked.weights, [asked.layer]);
    const looked = await lookAt(network, asked, send);
    if (looked) send({ kind: 'looked', ...looked });
  } catch (error) {
    const reason = explainBreak(asked.provider, messageOf(error));
    throw reason === undefined ? error : new InputError(reason);
  }
}

if (parentPort) main(parentPort);
