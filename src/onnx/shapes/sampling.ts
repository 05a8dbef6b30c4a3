/** Shapes of what resizes, samples and pools images, and of recurrent networks. */
import { intAttribute } from '../node.js';
import { resizedAxes } from '../resizing.js';
import type { Side } from '../sides.js';
import { windowAxes } from '../window.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

const overEverything: ShapeRule = (c) => [
  { dtype: c.dtype(0), shape: c.sides(0).map((side, axis) => (axis < 2 ? side : 1)) },
];

/** All states, and the last ones. */
const recurrent = (c: ShapeContext) => {
  const isBatchFirst = intAttribute(c.node, 'layout', 0) === 1;
  const [first, second] = c.sides(0) as [Side, Side];
  const [directions, , hidden] = c.shape(2) as [number, number, number];
  const [steps, batch] = isBatchFirst ? [second, first] : [first, second];
  const [all, last] = isBatchFirst
    ? [
        [batch, steps, directions, hidden],
        [batch, directions, hidden],
      ]
    : [
        [steps, directions, batch, hidden],
        [directions, batch, hidden],
      ];
  const dtype = c.dtype(0);
  return [
    { dtype, shape: all },
    { dtype, shape: last },
    { dtype, shape: last },
  ];
};

export const sampling: ShapeRules = {
  Resize: (c) => [{ dtype: c.dtype(0), shape: resizedAxes(c).map(({ output }) => output) }],

  DeformConv: (c) => {
    const axes = windowAxes(c.node, c.sides(0), c.shape(1).slice(2));
    return [{ dtype: c.dtype(0), shape: [c.sides(0)[0]!, c.shape(1)[0]!, ...axes.map(({ output }) => output)] }];
  },

  GridSample: (c) => [{ dtype: c.dtype(0), shape: [...c.sides(0).slice(0, 2), ...c.sides(1).slice(1, -1)] }],

  RoiAlign: (c) => {
    const sides = [intAttribute(c.node, 'output_height', 1), intAttribute(c.node, 'output_width', 1)];
    return [{ dtype: c.dtype(0), shape: [c.sides(1)[0]!, c.sides(0)[1]!, ...sides] }];
  },

  AffineGrid: (c) => {
    const [images, , ...sides] = c.elements(1) as [Side, Side, ...Side[]];
    return [{ dtype: c.dtype(0), shape: [images, ...sides, sides.length] }];
  },

  GlobalMaxPool: overEverything,
  GlobalLpPool: overEverything,
  LpPool: (c) => {
    const axes = windowAxes(c.node, c.sides(0));
    return [{ dtype: c.dtype(0), shape: [...c.sides(0).slice(0, 2), ...axes.map(({ output }) => output)] }];
  },

  RNN: (c) => recurrent(c).slice(0, 2),
  GRU: (c) => recurrent(c).slice(0, 2),
  LSTM: recurrent,
};
