/** Listens where names are asked for, answers nothing, and notes in a file that somebody has asked. */
import { createSocket } from 'node:dgram';
import { appendFileSync, writeFileSync } from 'node:fs';

const [path] = process.argv.slice(2) as [string];
const socket = createSocket('udp4');
socket.on('message', (message) => appendFileSync(path, `${nameIn(message)}\n`));
socket.bind(53, '127.0.0.1', () => writeFileSync(path, ''));

/** The name in a question: words, each after its length, from the 13th byte on. */
function nameIn(message: Buffer): string {
  const words: string[] = [];
  for (let at = 12; message[at]; at += message[at]! + 1)
    words.push(message.toString('latin1', at + 1, at + 1 + message[at]!));
  return words.join('.');
}
