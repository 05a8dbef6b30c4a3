/** Shapes of what repeats, masks and rearranges elements. */
import { intAttribute, stringAttribute } from '../node.js';
import type { ShapeContext, ShapeRules } from './context.js';
import { sameAsInput } from './elementwise.js';

/** The sides [N, C, H, W] of an input that has to have them. */
function picture(c: ShapeContext): [number, number, number, number] {
  const shape = c.shape(0);
  if (shape.length !== 4) c.fail(`its input [${shape.join(', ')}] has no two spatial axes`);
  return shape as unknown as [number, number, number, number];
}

export const arrangement: ShapeRules = {
  Tile: (c) => {
    const [shape, repeats] = [c.shape(0), c.constants(1)];
    if (repeats.length !== shape.length) c.fail(`${repeats.length} repeats do not fit ${shape.length} axes`);
    return [{ dtype: c.dtype(0), shape: shape.map((side, axis) => side * repeats[axis]!) }];
  },
  Trilu: sameAsInput,
  CumSum: sameAsInput,
  ReverseSequence: sameAsInput,
  DepthToSpace: (c) => {
    const [images, channels, height, width] = picture(c);
    const block = intAttribute(c.node, 'blocksize', 1);
    return [{ dtype: c.dtype(0), shape: [images, channels / block ** 2, height * block, width * block] }];
  },
  SpaceToDepth: (c) => {
    const [images, channels, height, width] = picture(c);
    const block = intAttribute(c.node, 'blocksize', 1);
    return [{ dtype: c.dtype(0), shape: [images, channels * block ** 2, height / block, width / block] }];
  },
  CenterCropPad: (c) => {
    const shape = [...c.shape(0)];
    const sides = c.constants(1);
    const listed = c.node.attributes.axes;
    const axes = Array.isArray(listed) ? (listed as number[]) : shape.map((_, axis) => axis);
    if (axes.length !== sides.length) c.fail(`${sides.length} sides do not fit ${axes.length} axes`);
    axes.forEach((axis, i) => {
      shape[c.axis(axis, shape.length)] = sides[i]!;
    });
    return [{ dtype: c.dtype(0), shape }];
  },
  Col2Im: (c) => {
    const [columns, image, block] = [c.shape(0), c.constants(1), c.constants(2)];
    const places = block.reduce((count, side) => count * side, 1);
    return [{ dtype: c.dtype(0), shape: [columns[0]!, columns[1]! / places, ...image] }];
  },
  AffineGrid: (c) => {
    const [images, , ...spatial] = c.constants(1);
    return [{ dtype: c.dtype(0), shape: [images!, ...spatial, spatial.length] }];
  },
  MaxRoiPool: (c) => {
    const pooled = c.node.attributes.pooled_shape;
    if (!Array.isArray(pooled)) c.fail('it has no pooled_shape');
    return [{ dtype: c.dtype(0), shape: [c.shape(1)[0]!, c.shape(0)[1]!, ...(pooled as number[])] }];
  },
  TfIdfVectorizer: (c) => {
    const places = c.node.attributes.ngram_indexes;
    if (!Array.isArray(places)) c.fail('it has no ngram_indexes');
    const most = (places as number[]).reduce((a, b) => Math.max(a, b), 0);
    return [{ dtype: 'float32', shape: [...c.shape(0).slice(0, -1), most + 1] }];
  },
  DFT: (c) => {
    const shape = [...c.shape(0)];
    const axis = c.axis(
      c.has(2) ? c.constant(2) : intAttribute(c.node, 'axis', c.node.inputs.length > 2 ? -2 : 1),
      shape.length,
    );
    const length = c.has(1) ? c.constant(1) : shape[axis]!;
    shape[axis] = intAttribute(c.node, 'onesided', 0) === 1 ? Math.floor(length / 2) + 1 : length;
    return [{ dtype: c.dtype(0), shape: [...shape.slice(0, -1), 2] }];
  },
  STFT: (c) => {
    const [batch, length] = c.shape(0) as [number, number];
    const frame = c.has(3) ? c.constant(3) : c.has(2) ? c.shape(2)[0]! : c.fail('it has neither a window nor a length');
    const step = c.constant(1);
    const bins = intAttribute(c.node, 'onesided', 1) === 1 ? Math.floor(frame / 2) + 1 : frame;
    return [{ dtype: c.dtype(0), shape: [batch, Math.floor((length - frame) / step) + 1, bins, 2] }];
  },
  Det: (c) => [{ dtype: c.dtype(0), shape: c.shape(0).slice(0, -2) }],
  Einsum: (c) => [{ dtype: c.dtype(0), shape: einsum(c) }],
};

/** The sides of a sum of products over named axes, as NumPy's einsum names them. */
function einsum(c: ShapeContext): number[] {
  const equation = stringAttribute(c.node, 'equation', '').replace(/\s/g, '');
  const [left = '', right] = equation.split('->');
  const operands = left.split(',');
  if (operands.length !== c.node.inputs.length) c.fail(`its equation is for ${operands.length} inputs`);
  const sides = new Map<string, number>();
  let dots: readonly string[] = [];
  for (const [input, letters] of operands.entries()) {
    const shape = c.shape(input);
    const axes = namedAxes(letters, shape.length);
    if (!axes) return c.fail(`'${letters}' does not name the axes of [${shape.join(', ')}]`);
    const own = axes.filter((name) => name.startsWith('.'));
    if (own.length > dots.length) dots = own;
    axes.forEach((name, axis) => {
      const [known, side] = [sides.get(name) ?? 1, shape[axis]!];
      if (known !== 1 && side !== 1 && known !== side) c.fail(`axis '${name}' has ${known} and ${side} elements`);
      sides.set(name, known === 1 ? side : known);
    });
  }
  const all = operands.join('').replaceAll('.', '');
  const single = [...new Set(all)].filter((letter) => all.split(letter).length === 2).sort();
  // Axes under dots are named from the last one back.
  const names =
    right === undefined ? [...dots, ...single] : namedAxes(right, dots.length + right.replace('...', '').length);
  if (!names) return c.fail(`it gives '${right}', which names no axes`);
  return names.map((name) => sides.get(name) ?? c.fail(`no input has the axis '${name}' that it gives`));
}

/** A name for each axis: its letter, or its place from the end of those under dots. Undefined where they do not fit the rank. */
function namedAxes(letters: string, rank: number): string[] | undefined {
  const [before = '', after] = letters.split('...');
  const named = [...before, ...(after ?? '')].length;
  if (after === undefined ? named !== rank : named > rank) return undefined;
  const dots = Array.from(
    { length: after === undefined ? 0 : rank - named },
    (_, i, count = rank - named) => `.${count - i}`,
  );
  return [...before, ...dots, ...(after ?? '')];
}
