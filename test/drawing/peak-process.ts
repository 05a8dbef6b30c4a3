/**
 * A process that draws within a limit, and prints the most memory that it has taken: bytes.
 * usage: node peak-process.js PHOTO MEMORY EXACT PRESET, the latter two as JSON
 */
import { readFileSync } from 'node:fs';
import { draw } from '../../src/drawing/draw.js';

const [photo, memory, exact, preset] = process.argv.slice(2) as [string, string, string, string];
const options = { size: 256, provider: 'cpu', weights: 'seeded', threads: 2 };
for await (const _ of draw(photo, { ...options, memory, exact: JSON.parse(exact), preset: JSON.parse(preset) }));
// Not resourceUsage().maxRSS, in which Linux counts what the parent process took.
const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))!;
process.stdout.write(`${1024 * Number(kilobytes)}\n`);
