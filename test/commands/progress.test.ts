import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { clock, openProgress, type ProgressView } from '../../src/commands/progress.js';
import { openTerminal } from '../support/terminal.js';

let written: string[];
let now: number;
/** Time goes on, for the clock and the timers. */
function pass(seconds: number): void {
  for (let i = 0; i < 10 * seconds; i++) {
    now += 100;
    jest.advanceTimersByTime(100);
  }
}

const isTTY = process.stderr.isTTY;
beforeEach(() => {
  jest.useFakeTimers();
  written = [];
  now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => now);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  jest.useRealTimers();
  process.stderr.isTTY = isTTY;
});

const view: ProgressView<number> = {
  format: '{value}/{total} {text}',
  describe: (value) => ({ value, total: 9, fields: { text: `for ${now / 1000} s` }, line: `${value} of 9`, part: -1 }),
};

/** What was written since it was asked the last time. */
const news = () => written.splice(0).join('');

describe('no five seconds without a sign', () => {
  test('on a terminal: a bar at once, and every second', () => {
    process.stderr.isTTY = true;
    const progress = openProgress(false, view);
    progress.advance(0);
    expect(news()).toContain('0/9 for 0 s');
    for (let seconds = 0; seconds < 30; seconds += 5) {
      pass(5);
      expect(news()).toContain(`0/9 for ${seconds + 5} s`);
    }
    progress.note('a word\x1b[2J\nin between');
    expect(news()).toMatch(/a word\\x1b\[2J\\nin between\n.*0\/9 for 30 s/s);
    progress.stop();
    news();
    pass(60);
    expect(news()).toBe('');
  });

  test('where nothing can be written over: lines', () => {
    process.stderr.isTTY = true;
    const { TERM } = process.env;
    process.env.TERM = 'dumb';
    try {
      const progress = openProgress(false, view);
      progress.note('drawing');
      pass(5);
      progress.advance(3);
      expect(news()).toBe('drawing\n3 of 9\n');
      progress.stop();
    } finally {
      process.env.TERM = TERM ?? '';
    }
  });

  test('elsewhere: lines, once it is said that the work begins', () => {
    process.stderr.isTTY = false;
    const progress = openProgress(false, view);
    progress.advance(0);
    pass(60);
    expect(news()).toBe('');
    progress.note('drawing');
    expect(news()).toBe('drawing\n');
    for (const step of [1, 2, 3]) {
      pass(1);
      progress.advance(step);
    }
    expect(news()).toBe('');
    pass(2);
    expect(news()).toBe('3 of 9\n');
    pass(10);
    expect(news()).toBe('3 of 9\n3 of 9\n');
    progress.stop();
    progress.note('done');
    pass(60);
    expect(news()).toBe('done\n');
  });

  test('--quiet: nothing', () => {
    const progress = openProgress(true, view);
    progress.advance(0);
    progress.note('a word');
    pass(60);
    expect(news()).toBe('');
  });
});

test('a picture stays above the bar, and below what is said', async () => {
  process.stderr.isTTY = true;
  const progress = openProgress(false, view);
  const written: [text: string, shown: string[]][] = [];
  const shows = (...lines: string[]) => written.push([news(), lines]);
  const picture = (letter: string, rows: number) => progress.picture({ rows, text: `${letter}\n`.repeat(rows) });
  picture('too early', 1);
  progress.advance(0);
  picture('a', 2);
  shows('a', 'a', '0/9 for 0 s');
  picture('b', 2);
  progress.note('a word');
  shows('a word', 'b', 'b', '0/9 for 0 s');
  picture('c', 3);
  shows('a word', 'c', 'c', 'c', '0/9 for 0 s');
  pass(2);
  for (let i = 0; i < 20; i++) picture('d', 1);
  shows('a word', 'd', '0/9 for 2 s');
  progress.stop();
  picture('too late', 1);
  progress.note('done');
  shows('a word', 'd', 'done');
  jest.useRealTimers();
  const terminal = openTerminal(40, 6);
  for (const [text, lines] of written) {
    await terminal.write(text);
    expect(terminal.lines()).toEqual(lines);
  }
  expect(terminal.cursor()).toEqual({ column: 0, row: 3 });
});

test.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [65, '1:05'],
  [7209, '2:00:09'],
])('%d seconds are %s', (seconds, shown) => {
  expect(clock(seconds)).toBe(shown);
});
