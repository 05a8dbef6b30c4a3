/** What a person sees of work that takes a while, on stderr. */
import { Presets, SingleBar } from 'cli-progress';
import { oneLine } from '../one-line.js';
import type { Block } from './preview/block.js';

export interface Progress<T> {
  /** Says what is being done before there are steps, between or after them. */
  note(text: string): void;
  /** Shows a step of the work, and from then on, until the next one, that it goes on. */
  advance(step: T): void;
  /** Shows a picture above the bar, in place of the one before; where there is no bar none. */
  picture(block: Block): void;
  /** Takes the bar away. The picture stays. */
  stop(): void;
}

/** How one kind of work is shown. */
export interface ProgressView<T> {
  /** The bar, as cli-progress has it; `{name}` is a field of the step. */
  readonly format: string;
  /** Called again for the step that is shown while it goes on. */
  describe(step: T): DescribedStep;
}

export interface DescribedStep {
  /** How far the work is, and how far it goes where that is known. */
  readonly value: number;
  readonly total: number | undefined;
  readonly fields: Record<string, string>;
  /** The step as a line of its own. */
  readonly line: string;
  /** The part of the work that it belongs to, from 0: the first step of each is shown in any case. */
  readonly part: number;
}

/** Seconds after which there is a sign that the work goes on: on a terminal, and as a line elsewhere. */
const intervals = { bar: 1, line: 5 };

/** A bar on a terminal, plain lines elsewhere, nothing where `quiet`. */
export function openProgress<T>(quiet: boolean, view: ProgressView<T>): Progress<T> {
  if (quiet) return { note() {}, advance() {}, picture() {}, stop() {} };
  return showsBars() ? barProgress(view) : lineProgress(view);
}

/** Whether stderr is a terminal where something can be written over. */
export const showsBars = (): boolean => process.stderr.isTTY && process.env.TERM !== 'dumb';

/** Seconds as minutes and seconds, or hours, minutes and seconds: `1:05`, `2:00:09`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

const write = (line: string): void => void process.stderr.write(`${oneLine(line)}\n`);

function barProgress<T>({ format, describe }: ProgressView<T>): Progress<T> {
  const bar = new SingleBar(
    {
      format,
      stream: process.stderr,
      hideCursor: true,
      barsize: 24,
      clearOnComplete: true,
      // Our own handler decides what Ctrl-C does.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let shown: T | undefined;
  let timer: NodeJS.Timeout | undefined;
  const show = (step: T): void => {
    const { value, total = value, fields } = describe(step);
    if (timer) {
      bar.setTotal(total);
      bar.update(value, fields);
    } else {
      bar.start(total, value, fields);
      timer = setInterval(() => show(shown as T), intervals.bar * 1000).unref();
    }
  };
  let above: Block | undefined;
  const stop = (): void => {
    if (timer) bar.stop();
    clearInterval(timer);
    timer = undefined;
  };
  /** Writes something where the bar is, which then is below it. */
  const insert = (text: () => void): void => {
    const isShown = timer !== undefined;
    stop();
    text();
    if (isShown) show(shown as T);
  };
  return {
    note: (text) =>
      insert(() => {
        if (above) process.stderr.write(`\x1b[${above.rows}A\x1b[J`);
        write(text);
        if (above) process.stderr.write(above.text);
      }),
    advance(step) {
      shown = step;
      show(step);
    },
    picture(block) {
      if (!timer) return; // It is over.
      insert(() => {
        const isOther = above !== undefined && above.rows !== block.rows;
        process.stderr.write(`${above ? `\x1b[${above.rows}A` : ''}${isOther ? '\x1b[J' : ''}${block.text}`);
      });
      above = block;
    },
    stop() {
      stop();
      above = undefined;
    },
  };
}

function lineProgress<T>({ describe }: ProgressView<T>): Progress<T> {
  let lastTime = performance.now();
  let lastPart = -1;
  let shown: T | undefined;
  let timer: NodeJS.Timeout | undefined;
  const say = (line: string): void => {
    write(line);
    lastTime = performance.now();
    // Not before something was said: where the work can't begin, what is at fault stays the only line.
    timer ??= setInterval(() => shown !== undefined && show(describe(shown)), intervals.line * 1000).unref();
    timer.refresh();
  };
  const show = ({ line, part }: DescribedStep): void => {
    lastPart = part;
    say(line);
  };
  return {
    note: say,
    advance(step) {
      shown = step;
      const described = describe(step);
      if (described.part !== lastPart || performance.now() - lastTime >= intervals.line * 1000) show(described);
    },
    picture() {},
    stop() {
      clearInterval(timer);
      timer = undefined;
      shown = undefined;
    },
  };
}
