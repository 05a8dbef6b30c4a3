/** The page's own files, held in memory: nothing of an address ever becomes a path. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface PageFile {
  readonly type: string;
  readonly body: string;
}

/** As they are in the package: they need no building. */
const folder = new URL('../../../src/studio/page/', import.meta.url);

/** By their names, `index.html` among them; with those of the library that plots. */
export function pageFiles(): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  const add = (name: string, url: URL | string): void => {
    const type = types[extname(name)];
    if (type !== undefined) files.set(name, { type, body: readFileSync(new URL(url), 'utf8') });
  };
  for (const name of readdirSync(folder)) add(name, new URL(name, folder));
  add('uplot.js', import.meta.resolve('uplot/dist/uPlot.esm.js'));
  add('uplot.css', import.meta.resolve('uplot/dist/uPlot.min.css'));
  return files;
}
