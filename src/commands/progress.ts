/** What a person sees of a drawing while it is made, on stderr. */
import { Presets, SingleBar } from 'cli-progress';
import type { Frame } from '../drawing/draw.js';

export interface Progress {
  /** Says what is being done before there are frames, or after them. */
  note(text: string): void;
  /** Counts a frame that an iteration made. */
  advance(frame: Frame): void;
  /** Takes the bar away, or leaves it at its end. */
  stop(): void;
}

/** Seconds between two lines where stderr is no terminal. */
const lineInterval = 5;

/** A bar on a terminal, plain lines elsewhere, nothing where `quiet`. */
export function openProgress(quiet: boolean): Progress {
  if (quiet) return { note() {}, advance() {}, stop() {} };
  return process.stderr.isTTY ? barProgress() : lineProgress();
}

/** What there is to say of a frame: phase, layer, iteration, loss, iterations per second, time left. */
function describer(): (frame: Frame) => Record<'phase' | 'layer' | 'loss' | 'rate' | 'left', string> {
  let started: number | undefined;
  return ({ iteration, drawing, index }) => {
    const now = performance.now();
    started ??= now - (iteration?.ms ?? 0);
    const perSecond = index / ((now - started) / 1000);
    const left = (drawing.frames - 1 - index) / perSecond;
    return {
      phase: `${(iteration?.phase ?? 0) + 1}/${drawing.preset.phases.length}`,
      layer: iteration?.layer ?? '',
      loss: iteration ? iteration.loss.toPrecision(4) : '',
      rate: perSecond.toFixed(perSecond < 10 ? 2 : 1),
      left: `${Math.floor(left / 60)}:${String(Math.round(left % 60)).padStart(2, '0')}`,
    };
  };
}

function barProgress(): Progress {
  const describe = describer();
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total} | phase {phase} {layer} | loss {loss} | {rate} it/s | {left} left',
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
      process.stderr.write(`${text}\n`);
    },
    advance(frame) {
      const described = describe(frame);
      if (!running) bar.start(frame.drawing.frames - 1, frame.index, described);
      running = true;
      bar.update(frame.index, described);
    },
    stop() {
      if (running) bar.stop();
      running = false;
    },
  };
}

function lineProgress(): Progress {
  const describe = describer();
  let last = { time: 0, phase: -1 };
  return {
    note: (text) => void process.stderr.write(`${text}\n`),
    advance(frame) {
      const { phase, layer, loss, rate, left } = describe(frame);
      const [time, current] = [performance.now(), frame.iteration?.phase ?? -1];
      const isLast = frame.index === frame.drawing.frames - 1;
      if (!isLast && current === last.phase && time - last.time < lineInterval * 1000) return;
      last = { time, phase: current };
      const count = `${frame.index}/${frame.drawing.frames - 1}`;
      process.stderr.write(`iteration ${count}, phase ${phase} ${layer}, loss ${loss}, ${rate} it/s, ${left} left\n`);
    },
    stop() {},
  };
}
