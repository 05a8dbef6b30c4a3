/** Shapes of operators that gather, scatter, repeat or fold elements. */
import { equationOf } from '../einsum.js';
import { intAttribute, intsAttribute } from '../node.js';
import { sizeOf } from '../tensor.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

const sameAsInput: ShapeRule = (c) => [c.type(0)];

const axisOf = (c: ShapeContext, otherwise: number): number =>
  c.axis(intAttribute(c.node, 'axis', otherwise), c.shape(0).length);

/** [N, C, H, W] with the pixels of blocks moved into channels, or out of them. */
function blocks(c: ShapeContext, inwards: boolean): number[] {
  const [images, channels, height, width] = c.shape(0) as [number, number, number, number];
  const block = intAttribute(c.node, 'blocksize', 1);
  const shape = inwards
    ? [images, channels * block ** 2, height / block, width / block]
    : [images, channels / block ** 2, height * block, width * block];
  if (c.shape(0).length !== 4 || !shape.every(Number.isInteger)) {
    c.fail(`blocks of ${block} do not fit [${c.shape(0).join(', ')}]`);
  }
  return shape;
}

export const indexing: ShapeRules = {
  GatherElements: (c) => [{ dtype: c.dtype(0), shape: c.shape(1) }],
  GatherND: (c) => {
    const [data, indices] = [c.shape(0), c.shape(1)];
    const taken = intAttribute(c.node, 'batch_dims', 0) + indices.at(-1)!;
    if (taken > data.length) c.fail(`indices of ${indices.at(-1)} do not fit [${data.join(', ')}]`);
    return [{ dtype: c.dtype(0), shape: [...indices.slice(0, -1), ...data.slice(taken)] }];
  },
  ScatterElements: sameAsInput,
  ScatterND: sameAsInput,
  ReverseSequence: sameAsInput,
  CumSum: sameAsInput,
  Trilu: sameAsInput,

  TopK: (c) => {
    const axis = axisOf(c, -1);
    const count = c.constants(1)[0]!;
    const shape = c.shape(0).map((side, i) => (i === axis ? count : side));
    return [
      { dtype: c.dtype(0), shape },
      { dtype: 'int64', shape },
    ];
  },

  Tile: (c) => {
    const repeats = c.constants(1);
    if (repeats.length !== c.shape(0).length) c.fail(`${repeats.length} repeats do not fit its input`);
    return [{ dtype: c.dtype(0), shape: c.shape(0).map((side, axis) => side * repeats[axis]!) }];
  },

  OneHot: (c) => {
    const shape = [...c.shape(0)];
    const axis = c.axis(intAttribute(c.node, 'axis', -1), shape.length + 1);
    shape.splice(axis, 0, c.constants(1)[0]!);
    return [{ dtype: c.dtype(2), shape }];
  },

  Compress: (c) => {
    const count = c.constants(1).filter(Boolean).length;
    if (c.node.attributes.axis === undefined) return [{ dtype: c.dtype(0), shape: [count] }];
    const axis = axisOf(c, 0);
    return [{ dtype: c.dtype(0), shape: c.shape(0).map((side, i) => (i === axis ? count : side)) }];
  },

  DepthToSpace: (c) => [{ dtype: c.dtype(0), shape: blocks(c, false) }],
  SpaceToDepth: (c) => [{ dtype: c.dtype(0), shape: blocks(c, true) }],

  CenterCropPad: (c) => {
    const rank = c.shape(0).length;
    const axes = intsAttribute(c.node, 'axes')?.map((axis) => c.axis(axis, rank)) ?? [...c.shape(0).keys()];
    const wanted = c.constants(1);
    const shape = c.shape(0).map((side, axis) => (axes.includes(axis) ? wanted[axes.indexOf(axis)]! : side));
    return [{ dtype: c.dtype(0), shape }];
  },

  Col2Im: (c) => {
    const places = sizeOf(c.constants(2));
    const [images, columns] = c.shape(0);
    return [{ dtype: c.dtype(0), shape: [images!, columns! / places, ...c.constants(1)] }];
  },

  Einsum: (c) => {
    const { output, sides } = equationOf(c);
    return [{ dtype: c.dtype(0), shape: [...output].map((letter) => sides.get(letter)!) }];
  },

  Det: (c) => [{ dtype: c.dtype(0), shape: c.shape(0).slice(0, -2) }],

  STFT: (c) => {
    const size = c.has(3) ? c.constants(3)[0]! : c.shape(2)[0]!;
    const frames = Math.floor((c.shape(0)[1]! - size) / c.constants(1)[0]!) + 1;
    const count = intAttribute(c.node, 'onesided', 1) === 1 ? Math.floor(size / 2) + 1 : size;
    return [{ dtype: c.dtype(0), shape: [c.shape(0)[0]!, frames, count, 2] }];
  },

  DFT: (c) => {
    const axis = c.axis(
      c.has(2) ? c.constants(2)[0]! : intAttribute(c.node, 'axis', c.shape(0).length - 2),
      c.shape(0).length,
    );
    const length = c.has(1) ? c.constants(1)[0]! : c.shape(0)[axis]!;
    const count = intAttribute(c.node, 'onesided', 0) === 1 ? Math.floor(length / 2) + 1 : length;
    const shape = [...c.shape(0).slice(0, -1), 2].map((side, i) => (i === axis ? count : side));
    return [{ dtype: c.dtype(0), shape }];
  },
};
