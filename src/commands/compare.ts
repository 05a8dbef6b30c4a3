/** `vggdraw compare`: how far two drawings are apart, frame by frame. */
import { z } from 'zod';
import type { ComparedFrame, Comparison, Criterion } from '../compare/compare.js';
import { InputError } from '../errors.js';
import { oneLine } from '../one-line.js';
import { check } from '../validation.js';
import { flag } from './arguments.js';
import type { CommandBody } from './command-body.js';
import { inputPath } from './input-path.js';
import { openProgress, type ProgressView } from './progress.js';
import { table } from './table.js';

const schema = z.object({
  one: inputPath,
  other: inputPath,
  tolerance: z.number().int().min(0).max(255).optional(),
  psnr: z.number().positive().optional(),
  ssim: z.number().min(0).max(1).optional(),
  report: z.string().min(1).optional(),
  overwrite: z.boolean(),
  json: z.boolean(),
  quiet: z.boolean(),
});

const kinds = ['tolerance', 'psnr', 'ssim'] as const;

/** Rows of the table at most; of more frames the worst are shown. */
const mostRows = 20;

export const compareCommand: CommandBody = {
  builder: (yargs) =>
    yargs
      .positional('one', { describe: 'A folder of frames, a video (MP4, WebM, GIF, …) or a picture', type: 'string' })
      .positional('other', { describe: 'Another', type: 'string' })
      .option('tolerance', {
        describe: 'Greatest difference of a value that is let pass, in levels of 255 [default: 0, equal]',
        requiresArg: true,
      })
      .option('psnr', { describe: 'Instead: least PSNR of a frame, in decibels', requiresArg: true })
      .option('ssim', { describe: 'Instead: least SSIM of a frame, 0 to 1', requiresArg: true })
      .option('report', {
        describe: 'Folder for a page with plots and the worst frames, heat maps, and figures as JSON',
        type: 'string',
        requiresArg: true,
      })
      .option('overwrite', { describe: 'Replace a report that is there', ...flag })
      .option('json', { describe: 'Report on stdout as one JSON object', ...flag })
      .option('quiet', { describe: 'No progress', ...flag })
      .example('$0 compare golden frames', 'whether two folders of frames are equal')
      .example('$0 compare before.mp4 after.mp4 --psnr 40 --report apart', 'two videos, and where they differ')
      .epilogue(
        'Exit code 0 where every pair of frames holds the criterion, else 1: also where counts or sizes of frames differ.\n' +
          'Frames are paired in the order of their names, with numbers counted, or of their time.',
      ),
  handler: async (argv) => {
    const { one, other, report, overwrite, json, quiet, ...bounds } = check(schema, argv);
    const criterion = criterionOf(bounds);
    // Loaded only now: the other commands need not wait for it.
    const [{ openFrames }, { compareFrames }] = await Promise.all([
      import('../compare/frames.js'),
      import('../compare/compare.js'),
    ]);
    const { checkReportFolder, writeReport } = await import('../compare/report.js');
    if (report !== undefined) checkReportFolder(report, overwrite, 'add --overwrite to replace it');
    const names = [one, other] as const;
    const frames = [await openFrames(one), await openFrames(other)] as const;
    const progress = openProgress(quiet, view);
    let comparison: Comparison;
    try {
      comparison = await compareFrames(...frames, criterion, (frame) => progress.advance(frame));
    } finally {
      progress.stop();
    }
    const written = report === undefined ? undefined : await writeReport(report, names, comparison, overwrite);
    const { reportedFigures } = await import('../compare/wording.js');
    process.stdout.write(
      json
        ? `${JSON.stringify({ ...reportedFigures(names, comparison), ...(written && { report: written }) })}\n`
        : await printed(comparison, written),
    );
    if (comparison.outside.length > 0) process.exitCode = 1;
  },
};

/** The one that is given; else frames have to be equal. */
function criterionOf(bounds: Partial<Record<Criterion['kind'], number | undefined>>): Criterion {
  const [first, second] = kinds.filter((kind) => bounds[kind] !== undefined);
  if (second !== undefined) throw new InputError(`give it or the option ${first}, not both`, { field: second });
  return first === undefined ? { kind: 'tolerance', bound: 0 } : { kind: first, bound: bounds[first]! };
}

const view: ProgressView<ComparedFrame> = {
  format: 'comparing frame {value}',
  describe: ({ index, name }) => ({
    value: index + 1,
    total: undefined,
    fields: {},
    line: `compared ${name}`,
    part: -1, // No line before it takes a while.
  }),
};

/** The report as lines of text. */
async function printed(comparison: Comparison, report: string | undefined): Promise<string> {
  const { worstFirst } = await import('../compare/compare.js');
  const { criterionText, figureTexts } = await import('../compare/wording.js');
  const { criterion, frames, outside } = comparison;
  const shown = frames.length <= mostRows ? frames : worstFirst(criterion, frames).slice(0, mostRows / 2);
  const rows = shown.map((frame) => {
    const { greatest, psnr, ssim } = figureTexts(frame);
    return [frame.name, greatest, String(frame.differing), psnr, ssim];
  });
  const cut = frames.length > shown.length ? [`the worst ${shown.length} of ${frames.length} frames`] : [];
  const verdict = outside.length === 0 ? ['within'] : outside.map((line) => `outside: ${line}`);
  const lines = [
    ...(rows.length === 0 ? [] : table(['frame', 'greatest', 'pixels', 'PSNR', 'SSIM'], rows)),
    ...cut,
    criterionText(criterion),
    ...verdict,
    ...(report === undefined ? [] : [`report: ${report}`]),
  ];
  return `${lines.map(oneLine).join('\n')}\n`;
}
