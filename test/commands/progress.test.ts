import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { clock, openProgress, type ProgressView } from '../../src/commands/progress.js';

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

test.each([
  [0, '0:00'],
  [59.6, '1:00'],
  [65, '1:05'],
  [7209, '2:00:09'],
])('%d seconds are %s', (seconds, shown) => {
  expect(clock(seconds)).toBe(shown);
});
