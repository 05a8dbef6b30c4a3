/** Options of `vggdraw draw` for how its videos are shown. */
import type { Argv } from 'yargs';
import { usualFps } from '../../video/formats.js';
import { paceDefaults } from '../../video/time-lapse.js';
import { flag } from '../arguments.js';

const title = 'The video:';

/** Adds them to the command, in a group of their own. */
export const videoOptions = (yargs: Argv): Argv =>
  yargs
    .option('seconds', {
      describe: `Seconds that the drawing takes, however many frames are drawn [default: ${paceDefaults.seconds}]`,
      requiresArg: true,
      group: title,
    })
    .option('fps', {
      describe: `Frames per second; without --seconds one for each frame that is drawn [default: ${usualFps.mp4}, of a GIF ${usualFps.gif}]`,
      requiresArg: true,
      group: title,
    })
    .option('hold', {
      describe: 'Seconds that the finished picture stays',
      default: 2,
      requiresArg: true,
      group: title,
    })
    .option('reverse', { describe: 'From the drawing back to blank paper', group: title, ...flag })
    .option('loop', { describe: 'Forth and back, so that it can be shown again and again', group: title, ...flag })
    .option('beside', { describe: 'Photo and drawing side by side', group: title, ...flag })
    .option('portrait', { describe: 'In the shape of a phone, 9:16, on paper', group: title, ...flag })
    .option('square', { describe: 'In a square, on paper', group: title, ...flag });
