/** Everything that the campaign does. */
import { argumentLists } from './arguments.js';
import type { Family } from './case.js';
import { checkpoints } from './checkpoints.js';
import { disks } from './disks.js';
import { downloads } from './downloads.js';
import { ffmpegDoubles } from './ffmpeg.js';
import { memory } from './memory.js';
import { modelCommands } from './model-commands.js';
import { modelFiles } from './models.js';
import { outputFiles } from './outputs.js';
import { photos } from './photos.js';
import { plain } from './plain.js';
import { presets } from './presets.js';
import { privacy } from './privacy.js';
import { signalMoments } from './signals.js';
import { streams } from './streams.js';
import { weights } from './weights.js';

export const families: readonly Family[] = [
  plain,
  photos,
  weights,
  presets,
  checkpoints,
  modelFiles,
  modelCommands,
  argumentLists,
  outputFiles,
  disks,
  signalMoments,
  ffmpegDoubles,
  streams,
  downloads,
  memory,
  privacy,
];
