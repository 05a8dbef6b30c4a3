/** What a person sees of work that takes a while, on stderr. */
import { Presets, SingleBar } from 'cli-progress';
import { oneLine } from './one-line.js';

export interface Progress<T> {
  /** Says what is being done before there are steps, between or after them. */
  note(text: string): void;
  /** Shows a step of the work. */
  advance(step: T): void;
  /** Takes the bar away, or leaves it at its end. */
  stop(): void;
}

/** How one kind of work is shown. */
export interface ProgressView<T> {
  /** The bar, as cli-progress has it; `{name}` is a field of the step. */
  readonly format: string;
  describe(step: T): DescribedStep;
}

export interface DescribedStep {
  /** How far the work is, and how far it goes where that is known. */
  readonly value: number;
  readonly total: number | undefined;
  readonly fields: Record<string, string>;
  /** The step as a line of its own. */
  readonly line: string;
  /** The part of the work that it belongs to: the first step of each is shown in any case. */
  readonly part: number;
}

/** Seconds between two lines where stderr is no terminal. */
const lineInterval = 5;

/** A bar on a terminal, plain lines elsewhere, nothing where `quiet`. */
export function openProgress<T>(quiet: boolean, view: ProgressView<T>): Progress<T> {
  if (quiet) return { note() {}, advance() {}, stop() {} };
  return process.stderr.isTTY ? barProgress(view) : lineProgress(view);
}

function barProgress<T>({ format, describe }: ProgressView<T>): Progress<T> {
  const bar = new SingleBar(
    {
      format,
      stream: process.stderr,
      hideCursor: true,
      barsize: 24,
      // Our own handler decides what Ctrl-C does.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let running = false;
  return {
    note(text) {
      if (running) bar.stop();
      running = false;
      process.stderr.write(`${oneLine(text)}\n`);
    },
    advance(step) {
      const { value, total = value, fields } = describe(step);
      if (!running) bar.start(total, value, fields);
      running = true;
      bar.setTotal(total);
      bar.update(value, fields);
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}

function lineProgress<T>({ describe }: ProgressView<T>): Progress<T> {
  let last = { time: 0, part: -1 };
  return {
    note: (text) => void process.stderr.write(`${oneLine(text)}\n`),
    advance(step) {
      const { value, total, line, part } = describe(step);
      const time = performance.now();
      if (value !== total && part === last.part && time - last.time < lineInterval * 1000) return;
      last = { time, part };
      process.stderr.write(`${line}\n`);
    },
    stop() {},
  };
}
