import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import { keepTrack, killTree, statFields } from '../src/processes.js';

const posix = process.platform === 'win32' ? describe.skip : describe;

/** A shell in a process group of its own. */
const shell = (does: string): ChildProcess =>
  spawn('/bin/sh', ['-c', does], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });

posix('a program that is kept track of', () => {
  test('leaves nothing running in its group when it ends', async () => {
    const child = shell('sleep 1000 & echo $!');
    keepTrack(child);
    const [pid] = (await once(child.stdout!, 'data')).map(String);
    // The pipe stays open for as long as anything of the group is left.
    await once(child, 'close');
    // Gone, or only not asked for its exit code yet.
    while (!'ZX'.includes(statFields(pid!.trim())[0] ?? 'Z')) await wait(10);
  });

  test('is killed with what it has started', async () => {
    const child = shell('sleep 1000 & echo $!; wait');
    keepTrack(child);
    await once(child.stdout!, 'data');
    killTree(child);
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  });

  test('is not killed once it has ended: its number may be that of others', async () => {
    const child = shell('true');
    await once(child, 'close');
    const kill = jest.spyOn(process, 'kill');
    killTree(child);
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });
});
