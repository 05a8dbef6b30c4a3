/** Shapes of operators that gather, scatter, repeat or fold elements. */
import { equationOf } from '../einsum.js';
import { intAttribute, intsAttribute } from '../node.js';
import { isOpen, known, minus, plus, quotient, type Side, times } from '../sides.js';
import { sizeOf } from '../tensor.js';
import { type ShapeContext, type ShapeRule, type ShapeRules, shownSides } from './context.js';

const sameAsInput: ShapeRule = (c) => [c.valueType(0)];

const axisOf = (c: ShapeContext, otherwise: number): number =>
  c.axis(intAttribute(c.node, 'axis', otherwise), c.rank(0));

/** A side in as many parts, of which a known one need not be a multiple. */
const part = (side: Side, parts: number): Side => (isOpen(side) ? quotient(side, parts) : side / parts);

/** [N, C, H, W] with the pixels of blocks moved into channels, or out of them. */
function blocks(c: ShapeContext, inwards: boolean): Side[] {
  const [images, channels, height, width] = c.sides(0) as [Side, Side, Side, Side];
  const block = intAttribute(c.node, 'blocksize', 1);
  const shape = inwards
    ? [images, times(channels, block ** 2), part(height, block), part(width, block)]
    : [images, part(channels, block ** 2), times(height, block), times(width, block)];
  if (c.rank(0) !== 4 || !shape.every((side) => isOpen(side) || Number.isInteger(side))) {
    c.fail(`blocks of ${block} do not fit ${shownSides(c.sides(0))}`);
  }
  return shape;
}

export const indexing: ShapeRules = {
  GatherElements: (c) => [{ dtype: c.dtype(0), shape: c.sides(1) }],
  GatherND: (c) => {
    const [data, indices] = [c.sides(0), c.sides(1)];
    const taken = intAttribute(c.node, 'batch_dims', 0) + known(indices.at(-1)!);
    if (taken > data.length) c.fail(`indices of ${indices.at(-1)} do not fit ${shownSides(data)}`);
    return [{ dtype: c.dtype(0), shape: [...indices.slice(0, -1), ...data.slice(taken)] }];
  },
  ScatterElements: sameAsInput,
  ScatterND: sameAsInput,
  ReverseSequence: sameAsInput,
  CumSum: sameAsInput,
  Trilu: sameAsInput,

  TopK: (c) => {
    const axis = axisOf(c, -1);
    const count = c.elements(1)[0]!;
    const shape = c.sides(0).map((side, i) => (i === axis ? count : side));
    return [
      { dtype: c.dtype(0), shape },
      { dtype: 'int64', shape },
    ];
  },

  Tile: (c) => {
    const repeats = c.elements(1);
    if (repeats.length !== c.rank(0)) c.fail(`${repeats.length} repeats do not fit its input`);
    return [{ dtype: c.dtype(0), shape: c.sides(0).map((side, axis) => times(side, repeats[axis]!)) }];
  },

  OneHot: (c) => {
    const shape = [...c.sides(0)];
    const axis = c.axis(intAttribute(c.node, 'axis', -1), shape.length + 1);
    shape.splice(axis, 0, c.elements(1)[0]!);
    return [{ dtype: c.dtype(2), shape }];
  },

  Compress: (c) => {
    const count = c.constants(1).filter(Boolean).length;
    if (c.node.attributes.axis === undefined) return [{ dtype: c.dtype(0), shape: [count] }];
    const axis = axisOf(c, 0);
    return [{ dtype: c.dtype(0), shape: c.sides(0).map((side, i) => (i === axis ? count : side)) }];
  },

  DepthToSpace: (c) => [{ dtype: c.dtype(0), shape: blocks(c, false) }],
  SpaceToDepth: (c) => [{ dtype: c.dtype(0), shape: blocks(c, true) }],

  CenterCropPad: (c) => {
    const rank = c.rank(0);
    const axes = intsAttribute(c.node, 'axes')?.map((axis) => c.axis(axis, rank)) ?? [...c.sides(0).keys()];
    const wanted = c.elements(1);
    const shape = c.sides(0).map((side, axis) => (axes.includes(axis) ? wanted[axes.indexOf(axis)]! : side));
    return [{ dtype: c.dtype(0), shape }];
  },

  Col2Im: (c) => {
    const places = sizeOf(c.constants(2));
    const [images, columns] = c.sides(0);
    return [{ dtype: c.dtype(0), shape: [images!, part(columns!, places), ...c.elements(1)] }];
  },

  Einsum: (c) => {
    const { output, sides } = equationOf(c);
    return [{ dtype: c.dtype(0), shape: [...output].map((letter) => sides.get(letter)!) }];
  },

  Det: (c) => [{ dtype: c.dtype(0), shape: c.sides(0).slice(0, -2) }],

  STFT: (c) => {
    const size = c.has(3) ? c.constants(3)[0]! : c.shape(2)[0]!;
    const frames = plus(quotient(minus(c.sides(0)[1]!, size), c.constants(1)[0]!), 1);
    const count = intAttribute(c.node, 'onesided', 1) === 1 ? Math.floor(size / 2) + 1 : size;
    return [{ dtype: c.dtype(0), shape: [c.sides(0)[0]!, frames, count, 2] }];
  },

  DFT: (c) => {
    const axis = c.axis(c.has(2) ? c.constants(2)[0]! : intAttribute(c.node, 'axis', c.rank(0) - 2), c.rank(0));
    const length = c.has(1) ? c.elements(1)[0]! : c.sides(0)[axis]!;
    const count = intAttribute(c.node, 'onesided', 0) === 1 ? plus(quotient(length, 2), 1) : length;
    const shape = [...c.sides(0).slice(0, -1), 2].map((side, i) => (i === axis ? count : side));
    return [{ dtype: c.dtype(0), shape }];
  },
};
