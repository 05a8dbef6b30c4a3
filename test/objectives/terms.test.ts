/** Terms of the objective against their formulas in float64, with their gradients by the canvas. */
import { describe, expect, test } from '@jest/globals';
import { caffe, colourIn, grey, toSpace } from '../../src/colour/spaces.js';
import { engineFor } from '../../src/drawing/compute/engine.js';
import { openGoals } from '../../src/drawing/compute/goals.js';
import { beginTraining } from '../../src/drawing/compute/graphs.js';
import { plainPlan } from '../../src/drawing/plan/phase-plan.js';
import type { Size } from '../../src/image/picture.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { channel } from '../../src/objectives/channel.js';
import { colour } from '../../src/objectives/colour.js';
import { contentShare } from '../../src/objectives/content.js';
import { ink } from '../../src/objectives/ink.js';
import { smoothness } from '../../src/objectives/smoothness.js';
import type { Term } from '../../src/objectives/term.js';
import { encodeModel, targets } from '../../src/onnx/index.js';
import { openSession, Tensor } from '../../src/runtime/session.js';
import { edges } from '../support/doubles.js';
import { uniforms } from '../support/random.js';
import { relativeError } from '../support/relative-error.js';

const size = { height: 7, width: 5 };

const siteOf = (colours: 'rgb' | 'grey', { height, width }: Size) => ({
  network: edges(),
  medium: pixels({ colours, lower: 'black', upper: 'white' }),
  height,
  width,
});

/** Loss and gradient of a term by itself. */
async function evaluate(
  term: Term,
  colours: 'rgb' | 'grey',
  canvas: Float32Array,
  goals: Record<string, Tensor> = {},
  { height, width }: Size = size,
) {
  const site = siteOf(colours, { height, width });
  const results = [];
  for (const target of targets) {
    const { graph, loss, gradients } = beginTraining('term', site, { terms: [term] }, { target });
    graph.output(loss, 'loss');
    graph.output(gradients.pixels!, 'gradient');
    const session = await openSession(encodeModel(graph));
    const shape = [1, site.medium.space.length, height, width];
    const made = await session.run({ pixels: new Tensor('float32', canvas, shape), ...goals });
    await session.release();
    results.push({ loss: (made.loss!.data as Float32Array)[0]!, gradient: made.gradient!.data as Float32Array });
  }
  return results;
}

const expectAll = (
  results: Awaited<ReturnType<typeof evaluate>>,
  expected: { loss: number; gradient: readonly number[] },
) => {
  expect(results).toHaveLength(targets.length);
  for (const { loss, gradient } of results) {
    expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-6);
    expect(relativeError(gradient, Float32Array.from(expected.gradient))).toBeLessThan(1e-6);
  }
};

describe.each([
  ['rgb', caffe],
  ['grey', grey],
] as const)('on a canvas of %s', (colours, space) => {
  const area = size.height * size.width;
  const count = space.length * area;
  const canvas = Float32Array.from(uniforms([count], -100, 250));

  test.each([
    [255, 255, 255],
    [30, 60, 90],
  ])('ink is the mean distance from the paper: %i, %i, %i', async (...paper) => {
    const values = canvas.slice();
    const [first] = colourIn(space, paper as [number, number, number]);
    // What is paper costs nothing, and is drawn nowhere.
    values[0] = first!;
    const papers = colourIn(space, paper as [number, number, number]);
    const away = [...values].map((value, i) => value - Math.fround(papers[Math.floor(i / area)]!));
    expectAll(await evaluate(ink(3, space, paper as [number, number, number]), colours, values), {
      loss: (3 * away.reduce((sum, value) => sum + Math.abs(value), 0)) / (255 * count),
      gradient: away.map((value) => (3 * Math.sign(value)) / (255 * count)),
    });
  });

  test('smoothness is the mean squared difference of neighbours', async () => {
    let loss = 0;
    const gradient = new Array<number>(count).fill(0);
    const compare = (i: number, j: number) => {
      const difference = (canvas[i]! - canvas[j]!) / 255;
      loss += difference ** 2 / count;
      gradient[i]! += (2 * difference) / 255 / count;
      gradient[j]! -= (2 * difference) / 255 / count;
    };
    for (let i = 0; i < count; i++) {
      if (i % size.width < size.width - 1) compare(i, i + 1);
      if (i % area < area - size.width) compare(i, i + size.width);
    }
    expectAll(await evaluate(smoothness(1, space), colours, canvas), { loss, gradient });
  });
});

describe.each([
  ['rgb', caffe],
  ['grey', grey],
] as const)('colour, on a canvas of %s', (colours, space) => {
  // Blocks that are whole, and ones of 5 rows, of 3 columns, and of both.
  const picture = { height: 21, width: 19 };
  const area = picture.height * picture.width;
  const photo = Uint8Array.from(uniforms([3 * area], 0, 255));
  const canvas = Float32Array.from(uniforms([space.length * area], -100, 250));
  const goalsOf = async (term: Term, seen: Uint8Array) => {
    const site = siteOf(colours, picture);
    const opened = await openGoals(site, term.goals, engineFor(site.network), plainPlan);
    const made = await opened.of(toSpace(seen, site.network.space));
    await opened.release();
    return Object.fromEntries([...made].map(([name, goal]) => [`target ${name}`, goal]));
  };

  test('is the squared difference of the mean colours of blocks of 8 × 8, as a share of the photo’s', async () => {
    const term = colour(2, space);
    const blocks = new Map<string, { difference: number; own: number; pixels: number; members: number[] }>();
    for (let colour = 0; colour < 3; colour++) {
      const channel = space.findIndex((other) => other.colour === colour || other.colour === 'grey');
      for (let i = 0; i < area; i++) {
        const [y, x] = [Math.floor(i / picture.width), i % picture.width];
        const key = [colour, Math.floor(y / 8), Math.floor(x / 8)].join();
        const block = blocks.get(key) ?? { difference: 0, own: 0, pixels: 0, members: [] };
        const member = channel * area + i;
        const own = photo[3 * i + colour]! / 255;
        block.difference += (canvas[member]! - space[channel]!.offset) / 255 - own;
        block.own += own;
        block.pixels++;
        block.members.push(member);
        blocks.set(key, block);
      }
    }
    expect(new Set([...blocks.values()].map(({ pixels }) => pixels))).toEqual(new Set([64, 40, 24, 15]));
    const all = [...blocks.values()];
    const energy = all.reduce((sum, { own, pixels }) => sum + own ** 2 / pixels, 0);
    const loss = all.reduce((sum, { difference, pixels }) => sum + (2 * difference ** 2) / pixels / energy, 0);
    const gradient = new Array<number>(canvas.length).fill(0);
    for (const { difference, pixels, members } of all) {
      for (const member of members) gradient[member]! += (4 * difference) / pixels / 255 / energy;
    }
    expectAll(await evaluate(term, colours, canvas, await goalsOf(term, photo), picture), { loss, gradient });
  });

  test('costs its weight on black, and is finite for a black photo', async () => {
    const black = Float32Array.from(canvas, (_, i) => colourIn(space, [0, 0, 0])[Math.floor(i / area)]!);
    const term = colour(3, space);
    const goals = await goalsOf(term, photo);
    for (const { loss } of await evaluate(term, colours, black, goals, picture)) expect(loss).toBeCloseTo(3, 5);
    const none = await goalsOf(term, new Uint8Array(3 * area));
    for (const { loss } of await evaluate(term, colours, black, none, picture)) expect(loss).toBeCloseTo(0, 3);
  });
});

test('a share of the content is 1 for an activation of zeros, whatever the photo', async () => {
  for (const level of [1, 40]) {
    const shape = [1, 2, size.height, size.width];
    const goal = Float32Array.from(uniforms([2 * 35], 0, level));
    const goals = {
      'target activation edges': new Tensor('float32', goal, shape),
      'target energy edges': new Tensor('float32', [goal.reduce((sum, value) => sum + value * value, 0)], []),
    };
    // Plain paper has no edges but at its border, where the network pads: a black one has none at all.
    const black = Float32Array.from({ length: 3 * 35 }, (_, i) => colourIn(caffe, [0, 0, 0])[Math.floor(i / 35)]!);
    for (const { loss } of await evaluate(contentShare('edges', 2), 'rgb', black, goals))
      expect(loss).toBeCloseTo(2, 5);
  }
});

test('a channel is the mean of its activation; with a weight below 0 it is a price of what does not excite it', async () => {
  const { height, width } = size;
  const area = height * width;
  const canvas = Float32Array.from(uniforms([3 * area], -100, 150));
  // Of all colours together, as the network sees them; past the edges there is nothing.
  const light = (y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width
      ? 0
      : caffe.reduce((sum, { offset }, channel) => sum + canvas[channel * area + y * width + x]! - offset, 0);
  const [gradient, weight] = [new Array<number>(3 * area).fill(0), -0.5];
  let loss = 0;
  for (let i = 0; i < area; i++) {
    const [y, x] = [Math.floor(i / width), i % width];
    const sees = [-1, 1].flatMap((down) => [-1, 0, 1].map((across) => ({ down, across })));
    const edge = sees.reduce((sum, { down, across }) => sum + (down * light(y + down, x + across)) / 765, 0);
    if (edge <= 0) continue;
    loss += (weight * edge) / area;
    for (const { down, across } of sees) {
      if (y + down < 0 || y + down >= height || x + across < 0 || x + across >= width) continue;
      const at = (y + down) * width + x + across;
      for (const colour of [0, 1, 2]) gradient[colour * area + at]! += (weight * down) / 765 / area;
    }
  }
  expectAll(await evaluate(channel('edges', 1, weight), 'rgb', canvas), { loss, gradient });
});
