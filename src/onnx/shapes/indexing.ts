/** Shapes of what takes elements by their places, puts them there, or finds places. */
import { intAttribute } from '../node.js';
import type { ShapeContext, ShapeRule, ShapeRules } from './context.js';

const scattered: ShapeRule = (c) => {
  if (c.shape(1).length !== c.shape(0).length) c.fail('its indices do not have the rank of its input');
  return [c.type(0)];
};

function gatherNd(c: ShapeContext): number[] {
  const [data, indices] = [c.shape(0), c.shape(1)];
  const batch = intAttribute(c.node, 'batch_dims', 0);
  const depth = indices.at(-1) ?? c.fail('its indices have no axes');
  if (batch < 0 || batch >= indices.length || batch + depth > data.length)
    c.fail(`indices [${indices.join(', ')}] do not fit an input [${data.join(', ')}]`);
  return [...indices.slice(0, -1), ...data.slice(batch + depth)];
}

function oneHot(c: ShapeContext): number[] {
  const [indices, depth] = [c.shape(0), c.constant(1)];
  const axis = c.axis(intAttribute(c.node, 'axis', -1), indices.length + 1);
  return [...indices.slice(0, axis), depth, ...indices.slice(axis)];
}

function compressed(c: ShapeContext): number[] {
  const shape = c.shape(0);
  const count = c.constants(1).filter((chosen) => chosen !== 0).length;
  const { axis } = c.node.attributes;
  if (typeof axis !== 'number') return [count];
  return shape.map((side, i) => (i === c.axis(axis, shape.length) ? count : side));
}

export const indexing: ShapeRules = {
  GatherElements: (c) => {
    if (c.shape(1).length !== c.shape(0).length) c.fail('its indices do not have the rank of its input');
    return [{ dtype: c.dtype(0), shape: c.shape(1) }];
  },
  GatherND: (c) => [{ dtype: c.dtype(0), shape: gatherNd(c) }],
  Scatter: scattered,
  ScatterElements: scattered,
  ScatterND: (c) => [c.type(0)],
  OneHot: (c) => [{ dtype: c.dtype(2), shape: oneHot(c) }],
  Compress: (c) => [{ dtype: c.dtype(0), shape: compressed(c) }],
  NonZero: (c) => {
    const count = c.constants(0).filter((value) => value !== 0).length;
    return [{ dtype: 'int64', shape: [c.shape(0).length, count] }];
  },
  TopK: (c) => {
    const shape = [...c.shape(0)];
    const axis = c.axis(intAttribute(c.node, 'axis', -1), shape.length);
    const k = c.constant(1);
    if (k > shape[axis]!) c.fail(`there are no ${k} largest of ${shape[axis]} elements`);
    shape[axis] = k;
    return [
      { dtype: c.dtype(0), shape },
      { dtype: 'int64', shape },
    ];
  },
  Unique: (c) => c.unknown('how many elements differ is known only when it runs'),
  NonMaxSuppression: (c) => c.unknown('how many boxes it chooses is known only when it runs'),
};
