/** What a terminal can show. */
import type { WriteStream } from 'node:tty';
import { createSupportsTerminalGraphics } from 'supports-terminal-graphics';
import type { Picture } from '../../image/picture.js';
import type { Block, Room } from './block.js';
import { iterm2, kitty, sixel } from './graphics.js';
import { halfBlocks } from './half-blocks.js';

/** In characters: more takes long to send over a network, and shows no more of the drawing. */
const most: Room = { columns: 80, rows: 40 };

/** Room for a picture: the bar stands below it, and above it the line that says what is drawn. */
export const roomIn = ({ columns, rows }: { readonly columns: number; readonly rows: number }): Room => ({
  // A terminal that does not say how large it is says 0.
  columns: Math.max(1, Math.min(most.columns, columns || 80)),
  rows: Math.max(1, Math.min(most.rows, (rows || 24) - 3)),
});

export type Way = 'kitty' | 'iterm2' | 'sixel' | 'half blocks';

/** How pictures are shown, as far as a terminal's environment says what it is. */
export function wayOf(terminal: WriteStream, env: NodeJS.ProcessEnv): Way {
  // What multiplexes terminals lets none of it pass; VS Code's has to be told to show any.
  if (env.TMUX || env.STY || env.TERM_PROGRAM === 'vscode') return 'half blocks';
  const supported = createSupportsTerminalGraphics(terminal);
  if (supported.kitty) return 'kitty';
  if (supported.iterm2) return 'iterm2';
  return supported.sixel || /^foot\b/.test(env.TERM ?? '') ? 'sixel' : 'half blocks';
}

/** Shows a picture in a terminal, as large as there is room now. */
export function rendererFor(terminal: WriteStream, env: NodeJS.ProcessEnv): (picture: Picture) => Promise<Block> {
  const way = wayOf(terminal, env);
  if (way === 'half blocks') return (picture) => halfBlocks(picture, roomIn(terminal), terminal.getColorDepth(env));
  const render = { kitty, iterm2, sixel }[way];
  return (picture) => render(picture, roomIn(terminal));
}
