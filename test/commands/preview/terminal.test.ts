import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { roomIn, wayOf } from '../../../src/commands/preview/terminal.js';

const terminal = Object.assign(Object.create(WriteStream.prototype) as WriteStream, { isTTY: true });

const before = process.env;
beforeEach(() => {
  process.env = {};
});
afterEach(() => {
  process.env = before;
});

test.each([
  [{ TERM: 'xterm-256color' }, 'half blocks'],
  [{ TERM: 'xterm-kitty' }, 'kitty'],
  [{ TERM_PROGRAM: 'ghostty' }, 'kitty'],
  [{ TERM_PROGRAM: 'iTerm.app', TERM_PROGRAM_VERSION: '3.4.1' }, 'iterm2'],
  [{ TERM: 'foot' }, 'sixel'],
  [{ TERM: 'mlterm' }, 'sixel'],
  [{ TERM: 'screen-256color', TMUX: '/tmp/tmux-0/default,1,0', KITTY_WINDOW_ID: '1' }, 'half blocks'],
  [{ TERM_PROGRAM: 'vscode', TERM_PROGRAM_VERSION: '1.99.0' }, 'half blocks'],
])('a terminal that says %j shows %s', (env, way) => {
  Object.assign(process.env, env);
  expect(wayOf(terminal, process.env)).toBe(way);
});

test.each([
  [
    [200, 60],
    [80, 40],
  ],
  [
    [70, 24],
    [70, 21],
  ],
  [
    [0, 0],
    [80, 21],
  ],
  [
    [1, 2],
    [1, 1],
  ],
] as const)('in %j there is room for %j', ([columns, rows], [most, high]) => {
  expect(roomIn({ columns, rows })).toEqual({ columns: most, rows: high });
});
