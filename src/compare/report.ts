/** The report of a comparison: a folder with a page that needs nothing else, the figures as JSON, and heat maps of the worst frames. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beginWholeFolder, checkWholeFolder, type FolderKind } from '../files/whole-folder.js';
import { cantWrite } from '../files/writable.js';
import { encodePng } from '../image/encode-png.js';
import { escaped } from '../markup.js';
import type { Comparison, ShownPair } from './compare.js';
import { heatMap } from './heat-map.js';
import { plotFigures } from './plot.js';
import { criterionText, figureTexts, reportedFigures } from './wording.js';

const report: FolderKind = {
  field: 'report',
  called: 'a report',
  part: 'part of a report',
  pattern: /^(?:index\.html|figures\.json|heat-\d{5,}\.png)$/,
};

/** Checks that a report can be put into a folder, as {@link checkWholeFolder}. */
export const checkReportFolder = (folder: string, overwrite: boolean, remedy?: string): void =>
  checkWholeFolder(folder, report, overwrite, remedy);

/**
 * Writes it, whole or not at all.
 * @param names what was compared, as the person calls it.
 * @returns the folder that it is in. @throws InputError where it can't be written.
 */
export async function writeReport(
  folder: string,
  names: readonly [string, string],
  comparison: Comparison,
  overwrite: boolean,
): Promise<string> {
  const { temporary, commit, discard } = beginWholeFolder(folder, report, overwrite);
  try {
    const rows: string[] = [];
    for (const { frame, pictures } of comparison.worst) {
      const pngs = await Promise.all([...pictures, heatMap(...pictures, frame.greatest)].map(encodePng));
      await writeFile(join(temporary, `heat-${String(frame.index).padStart(5, '0')}.png`), pngs[2]!);
      rows.push(rowOf(frame, pngs, names));
    }
    await writeFile(
      join(temporary, 'figures.json'),
      `${JSON.stringify(reportedFigures(names, comparison), null, 2)}\n`,
    );
    await writeFile(join(temporary, 'index.html'), pageOf(names, comparison, rows));
    return await commit();
  } catch (error) {
    throw cantWrite(folder, report.field, error);
  } finally {
    await discard();
  }
}

function rowOf(frame: ShownPair['frame'], pngs: readonly Buffer[], names: readonly [string, string]): string {
  const { greatest, psnr, ssim } = figureTexts(frame);
  const titles = [...names, `where they differ: black is equal, white ${greatest}`];
  const figures = pngs.map((png, i) => {
    const title = escaped(titles[i]!);
    return `<figure><img alt="${title}" src="data:image/png;base64,${png.toString('base64')}"><figcaption>${title}</figcaption></figure>`;
  });
  const title = `${frame.name}: ${greatest}, in ${frame.differing} pixels, PSNR ${psnr}, SSIM ${ssim}`;
  return `<h3>${escaped(title)}</h3><div class="pair">${figures.join('')}</div>`;
}

function pageOf(names: readonly [string, string], comparison: Comparison, worst: readonly string[]): string {
  const { criterion, frames, outside } = comparison;
  const bound = (kind: string) => (criterion.kind === kind ? criterion.bound : undefined);
  const plots =
    frames.length < 2
      ? []
      : [
          plotFigures(
            'greatest difference, levels',
            frames.map((frame) => frame.greatest),
            bound('tolerance'),
          ),
          plotFigures(
            'PSNR, dB (equal frames at the top)',
            frames.map((frame) => frame.psnr),
            bound('psnr'),
          ),
          plotFigures(
            'SSIM',
            frames.map((frame) => frame.ssim),
            bound('ssim'),
          ),
        ];
  const rows = frames.map((frame) => {
    const { greatest, psnr, ssim } = figureTexts(frame);
    return `<tr><th>${[escaped(frame.name), greatest, frame.differing, psnr, ssim].join('<td>')}</tr>`;
  });
  const title = escaped(`${names[0]} and ${names[1]}`);
  const verdict = outside.length === 0 ? ['within: every pair of frames holds it'] : outside;
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${style}</style>
<h1>${title}</h1>
<p>${escaped(criterionText(criterion))}</p>
<ul class="${outside.length === 0 ? 'within' : 'outside'}">${verdict.map((line) => `<li>${escaped(line)}`).join('')}</ul>
${plots.join('\n')}
${worst.length === 0 ? '' : `<h2>The worst frames</h2>\n${worst.join('\n')}`}
<h2>All frames</h2>
<table><tr><th>frame<th>greatest<th>pixels that differ<th>PSNR<th>SSIM</tr>
${rows.join('\n')}
</table>
</html>
`;
}

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:62rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.15rem}h3{font-size:1rem;overflow-wrap:anywhere}
.within{color:#17803d}.outside{color:#c62828}svg{width:100%;font-size:11px;fill:currentColor}.title{font-weight:600}
polyline{fill:none;stroke:#2f7ed8;stroke-width:1.5}circle{fill:#2f7ed8}.grid{stroke:#8884}.bound{stroke:#c62828;stroke-dasharray:4 3}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.8rem}figure{margin:0}
img{width:100%;image-rendering:pixelated;border:1px solid #8886}figcaption{font-size:.85rem;overflow-wrap:anywhere}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.1rem .8rem .1rem 0;text-align:right}th:first-child{text-align:left}`;
