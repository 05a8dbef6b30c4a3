/** Gradients of operators that repeat, mask, fold or accumulate elements. */
import { intAttribute, stringAttribute, type Value } from '../../node.js';
import { isSame, known, quotient, type Side, type Sides, times } from '../../sides.js';
import type { Shape } from '../../tensor.js';
import type { GradientContext, GradientRules, RuleContext } from '../context.js';

export const rearranging: GradientRules = {
  // Each repetition along an axis of its own, which is summed.
  Tile: [
    (c) => {
      const split = c.elements(1).flatMap((count, axis) => [count, c.sides(0)[axis]!]);
      const repetitions = [...split.keys()].filter((axis) => axis % 2 === 0);
      return c.o.reduceSum(c.o.reshape(c.dy, split), repetitions, false);
    },
    null,
  ],

  Trilu: [({ dy, node, graph }) => graph.add('Trilu', [dy, ...node.inputs.slice(1)], node.attributes), null],

  CumSum: [
    ({ dy, b, node, graph }) => {
      const reverse = 1 - intAttribute(node, 'reverse', 0);
      return graph.add('CumSum', [dy, b], { reverse, exclusive: intAttribute(node, 'exclusive', 0) });
    },
    null,
  ],

  DepthToSpace: {
    formula: (c) => {
      const [images, channels, height, width] = c.sides(0) as [Side, Side, Side, Side];
      const block = intAttribute(c.node, 'blocksize', 1);
      const left = known(channels) / block ** 2;
      const isColumnRowDepth = stringAttribute(c.node, 'mode', 'DCR') === 'CRD';
      const [split, order] = isColumnRowDepth
        ? [
            [images, left, block, block, height, width],
            [0, 1, 4, 2, 5, 3],
          ]
        : [
            [images, block, block, left, height, width],
            [0, 3, 4, 1, 5, 2],
          ];
      return reorder(c, split, order, [images, left, times(height, block), times(width, block)]);
    },
  },
  SpaceToDepth: {
    formula: (c) => {
      const [images, channels, height, width] = c.sides(0) as [Side, Side, Side, Side];
      const block = intAttribute(c.node, 'blocksize', 1);
      const [rows, columns] = [quotient(height, block), quotient(width, block)];
      const split = [images, channels, rows, block, columns, block];
      const shape = [images, times(channels, block ** 2), rows, columns];
      return reorder(c, split, [0, 3, 5, 1, 2, 4], shape);
    },
  },

  CenterCropPad: [
    (c) => {
      const margins = c.sides(0).map((from, axis) => {
        const to = c.graph.sides(c.y)[axis]!;
        if (isSame(from, to)) return [0, 0] as const;
        const [side, wanted] = [known(from), known(to)];
        // What the standard leaves open, as ONNX Runtime does it: the smaller half first.
        const begin = Math.floor(Math.abs(wanted - side) / 2) * Math.sign(wanted - side);
        return [-begin, begin - (wanted - side)] as const;
      });
      return c.o.pad(
        c.dy,
        margins.map(([begin]) => begin),
        margins.map(([, end]) => end),
      );
    },
    null,
  ],

  Col2Im: [columnsOf, null, null],
};

function reorder({ o, a }: RuleContext, split: Sides, order: Shape, shape: Sides): Value {
  return o.reshape(o.transpose(o.reshape(a, split), order), shape);
}

/** The windows of an image [N, C, …] as columns [N, C · places in a window, windows], gathered along one axis after another. */
function columnsOf(c: GradientContext): Value {
  const { o, node, graph } = c;
  const [sides, block] = [c.constants(1), c.constants(2)];
  const ints = (name: string, otherwise: number, count = sides.length) => {
    const values = node.attributes[name];
    return Array.isArray(values) ? (values as number[]) : Array<number>(count).fill(otherwise);
  };
  const [dilations, strides, pads] = [ints('dilations', 1), ints('strides', 1), ints('pads', 0, 2 * sides.length)];
  let image = o.pad(c.dy, [0, 0, ...pads.slice(0, sides.length)], [0, 0, ...pads.slice(sides.length)]);
  // Each spatial axis becomes two: the place in the window, and the window.
  sides.forEach((side, i) => {
    const padded = side + pads[i]! + pads[sides.length + i]!;
    const windows = Math.floor((padded - dilations[i]! * (block[i]! - 1) - 1) / strides[i]!) + 1;
    c.limit(block[i]! * windows);
    const indices = Array.from({ length: block[i]! * windows }, (_, at) => {
      return Math.floor(at / windows) * dilations[i]! + (at % windows) * strides[i]!;
    });
    image = o.gather(image, graph.constant('int64', indices, [block[i]!, windows]), 2 + 2 * i);
  });
  const places = sides.map((_, i) => 2 + 2 * i);
  return o.reshape(o.transpose(image, [0, 1, ...places, ...places.map((axis) => axis + 1)]), c.sides(0));
}
