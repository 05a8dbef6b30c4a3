/**
 * Runs a command where this process answers for the name server, which knows no name, and writes every name that is asked for to a
 * file. With `--until-asked` the command is ended once there is one.
 * usage: node listener.js FILE [--until-asked] COMMAND ARGUMENT…
 */
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { appendFileSync } from 'node:fs';

const [file, ...rest] = process.argv.slice(2);
const untilAsked = rest[0] === '--until-asked';
const [command, ...args] = untilAsked ? rest.slice(1) : rest;

const socket = createSocket('udp4');
socket.bind(53, '127.0.0.1', () => {
  // A group of its own, which can be ended whole: what is traced outlives its tracer.
  const child = spawn(command!, args, { stdio: 'inherit', detached: true });
  child.once('error', (error) => {
    throw error;
  });
  child.once('close', (code, signal) => {
    socket.close();
    process.exitCode = code ?? (signal === 'SIGKILL' ? 0 : 1);
  });
  socket.on('message', (query, { port, address }) => {
    appendFileSync(file!, `${nameIn(query)}\n`);
    socket.send(refusal(query), port, address);
    if (untilAsked) process.kill(-child.pid!, 'SIGKILL');
  });
});

/** The name in a question: labels after a header of 12 bytes, each after its length (RFC 1035, 4.1). */
function nameIn(query: Buffer): string {
  const labels = [];
  for (let at = 12; query[at]! > 0; at += 1 + query[at]!)
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!));
  return labels.join('.');
}

/** The question as an answer that says NXDOMAIN. */
function refusal(query: Buffer): Buffer {
  const answer = Buffer.from(query);
  answer[2]! |= 0x80;
  answer[3] = (answer[3]! & 0xf0) | 3;
  return answer;
}
