/** Gradients of gathers and scatters: each is the other's. */
import { intAttribute, stringAttribute, type Value } from '../../node.js';
import { isOpen, known, minus, plus, product, type Side, type Sides } from '../../sides.js';
import { sizeOf } from '../../tensor.js';
import type { GradientContext, GradientRule, GradientRules, Stretch } from '../context.js';

export const indexing: GradientRules = {
  Gather: [gatherBack, null],

  GatherElements: [elementsBack, null],

  GatherND: [
    (c) => {
      const batch = intAttribute(c.node, 'batch_dims', 0);
      const indices = batch === 0 ? c.b : withBatch(c, batch);
      if (sumsScatters(c)) return scatterND(c, c.o.zeros(c.valueType(0)), indices, c.dy, 'add');
      return sliceRowsBack(c, indices);
    },
    null,
  ],

  ScatterElements: scattered(elements),
  ScatterND: scattered(slices),

  // Each place is named once.
  TopK: [
    (c) => {
      const indices = c.node.outputs[1] || c.graph.extendOutputs(c.node);
      const axis = c.axisAttribute(-1);
      return c.graph.add('ScatterElements', [c.o.zeros(c.valueType(0)), indices, c.dy], { axis });
    },
    null,
  ],

  ReverseSequence: [({ dy, b, node, graph }) => graph.add('ReverseSequence', [dy, b], node.attributes), null],

  // off + (on - off) · hot; the mask is made of integers, so that nothing leads back through it.
  OneHot: {
    formula: (c) => {
      const { o, graph, node } = c;
      const depth = graph.openValues.list([c.elements(1)[0]!]);
      const values = node.inputs[2]!;
      const hot = graph.add('OneHot', [o.cast(c.a, 'int64'), depth, graph.constant('int64', [0, 1])], node.attributes);
      const [off, on] = [0, 1].map((i) => o.slice(values, { starts: [i], ends: [i + 1], axes: [0] })) as [Value, Value];
      return o.where(o.cast(hot, 'bool'), on, off);
    },
  },

  Compress: {
    formula: (c) => {
      const { o, graph, node } = c;
      const taken = c.constants(1).flatMap((flag, i) => (flag ? [i] : []));
      const indices = graph.constant('int64', taken);
      if (node.attributes.axis !== undefined) return o.gather(c.a, indices, c.axisAttribute(0));
      return o.gather(o.reshape(c.a, [product(c.sides(0))]), indices);
    },
  },
};

/** How a kind of scatter puts updates into a tensor, and takes them out again. */
interface Places {
  scatter(data: Value, updates: Value, reduction: string): Value;
  gather(data: Value): Value;
}

function elements(c: GradientContext): Places {
  const axis = c.axisAttribute(0);
  return {
    scatter: (data, updates, reduction) =>
      c.graph.add('ScatterElements', [data, c.b, updates], { axis, ...reducing(c, reduction) }),
    gather: (data) => c.graph.add('GatherElements', [data, c.b], { axis }),
  };
}

function slices(c: GradientContext): Places {
  return {
    scatter: (data, updates, reduction) => scatterND(c, data, c.b, updates, reduction),
    gather: (data) => c.graph.add('GatherND', [data, c.b]),
  };
}

const scatterND = (c: GradientContext, data: Value, indices: Value, updates: Value, reduction: string): Value =>
  c.graph.add('ScatterND', [data, indices, updates], reducing(c, reduction));

/** From operator set 16 on scatters can add up. */
const sumsScatters = ({ graph }: GradientContext): boolean => graph.opset >= 16;

function reducing(c: GradientContext, reduction: string): { reduction?: string } {
  if (reduction !== 'none' && !sumsScatters(c))
    c.fail('its gradient adds up what is scattered, from operator set 16 on');
  return reduction === 'none' ? {} : { reduction };
}

/**
 * Where places are named twice, the standard leaves open which update stays, and PyTorch gives both what comes back. A product is divided by
 * its factor, so that a factor of 0 has a gradient of NaN.
 */
function scattered(places: (c: GradientContext) => Places): GradientRule {
  const reductionOf = ({ node }: GradientContext) => stringAttribute(node, 'reduction', 'none');
  const share = (c: GradientContext) => {
    const { o } = c;
    const updates = c.node.inputs[2]!;
    const { scatter, gather } = places(c);
    const isKept = o.equal(c.a, c.y);
    const isTaken = o.equal(updates, gather(c.y));
    const number = (flags: Value) => o.cast(flags, c.dtype(0));
    return { isKept, isTaken, share: o.div(c.dy, scatter(number(isKept), number(isTaken), 'add')) };
  };
  return [
    (c) => {
      const { scatter } = places(c);
      switch (reductionOf(c)) {
        case 'none':
          return scatter(c.dy, c.o.zeros(c.valueType(2)), 'none');
        case 'add':
          return c.dy;
        case 'mul':
          return scatter(c.dy, c.node.inputs[2]!, 'mul');
        default: {
          const shared = share(c);
          return c.o.where(shared.isKept, shared.share, 0);
        }
      }
    },
    null,
    (c) => {
      const { gather } = places(c);
      switch (reductionOf(c)) {
        case 'none':
        case 'add':
          return gather(c.dy);
        case 'mul':
          return c.o.div(gather(c.o.mul(c.dy, c.y)), c.node.inputs[2]!);
        default: {
          const shared = share(c);
          return c.o.where(shared.isTaken, gather(shared.share), 0);
        }
      }
    },
  ];
}

/**
 * The sum of what comes back to each row. One row alone gets it as a stretch; where it is known which row stands where, it is gathered from
 * its places: ScatterND with a sum works on one thread on the CPU (microsoft/onnxruntime #28584), and in no order on a GPU.
 */
function gatherBack(c: GradientContext): Value | Stretch {
  const { o, graph } = c;
  const axis = c.axisAttribute(0);
  const shape = c.sides(0);
  const [before, side, after] = [shape.slice(0, axis), shape[axis]!, shape.slice(axis + 1)];
  const count = product(c.sides(1));
  const listed = graph.constantValues(c.b);
  if (listed?.length === 1) {
    const row = listed[0]! < 0 ? plus(side, listed[0]!) : listed[0]!;
    const gradient = o.reshape(c.dy, [...before, 1, ...after]);
    if (!isOpen(side)) return { gradient, axis, from: row as number, to: (row as number) + 1 };
    const around = (number: Side) => shape.map((_, i) => (i === axis ? number : 0));
    return o.pad(gradient, around(row), around(minus(minus(side, row), 1)));
  }
  const known = isOpen(side) ? undefined : listed?.map((row) => (row < 0 ? row + side : row));
  // Rows first, as one axis, and back.
  const last = before.length;
  const rows = o.transpose(o.reshape(c.dy, [...before, count, ...after]), [
    last,
    ...before.keys(),
    ...after.map((_, i) => last + 1 + i),
  ]);
  const sum = sumRows(c, rows, side, known);
  return o.transpose(sum, [...before.map((_, i) => i + 1), 0, ...after.map((_, i) => last + 1 + i)]);
}

/** Rows [count, …], summed into `side` rows by the places of the second input. */
function sumRows(c: GradientContext, rows: Value, side: Side, known: readonly number[] | undefined): Value {
  const { o, graph } = c;
  const places = graph.placesOf(c.b) ?? (known && !isOpen(side) ? placesOf(c, known, side) : undefined);
  if (places !== undefined) {
    const nothing = graph.sides(rows).map((_, axis) => (axis === 0 ? 1 : 0));
    const noPad = nothing.map(() => 0);
    return o.reduceSum(o.gather(o.pad(rows, noPad, nothing), places), [1], false);
  }
  const list = o.reshape(o.cast(c.b, 'int64'), [graph.sides(rows)[0]!, 1]);
  if (!sumsScatters(c)) return multiplyRows(c, rows, side, list);
  const zeros = o.zeros({ dtype: c.dtype(0), shape: [side, ...graph.sides(rows).slice(1)] });
  return scatterND(c, zeros, list, rows, 'add');
}

/** Positions, those that count from the end counted from the front. */
const fromFront = ({ o }: GradientContext, positions: Value, side: Side): Value =>
  o.where(o.less(positions, 0), o.add(positions, side), positions);

/** Rows [count, …] summed into `side` rows by a product with zeros and ones. @param list int64[count, 1], which each is added to. */
function multiplyRows(c: GradientContext, rows: Value, side: Side, list: Value): Value {
  const { o, graph } = c;
  const [count, ...rest] = graph.sides(rows) as [Side, ...Side[]];
  const columns = o.transpose(fromFront(c, list, side), [1, 0]);
  const chosen = o.cast(o.equal(columns, numbers(c, side, [side, 1])), c.dtype(0));
  return o.reshape(o.matMul(chosen, o.reshape(rows, [count, product(rest)])), [side, ...rest]);
}

/** The gradient of GatherND, where scatters do not add up: the axes that its indices go through are one of rows. */
function sliceRowsBack(c: GradientContext, indices: Value): Value {
  const { o } = c;
  const shape = c.sides(0);
  const places = c.graph.sides(indices);
  const named = known(places.at(-1)!);
  const [sides, rest] = [shape.slice(0, named), shape.slice(named)];
  const count = product(places.slice(0, -1));
  const flat = o.reshape(indices, [count, named]);
  const steps = sides.map((side, axis) => {
    const at = o.slice(flat, { starts: [axis], ends: [axis + 1], axes: [1] });
    return o.mul(fromFront(c, at, side), product(sides.slice(axis + 1)));
  });
  const list = steps.reduce((a, b) => o.add(a, b));
  return o.reshape(multiplyRows(c, o.reshape(c.dy, [count, ...rest]), product(sides), list), shape);
}

/** 0, 1, … as constants. */
function numbers(c: GradientContext, count: Side, shape: Sides): Value {
  if (isOpen(count)) return c.o.reshape(c.o.range(count, 'int64'), shape);
  c.limit(count);
  return c.graph.constant('int64', [...Array(count).keys()], shape.map(known));
}

/** Where scatters do not add up, each element looks through all that may have been taken from it. */
function elementsBack(c: GradientContext): Value {
  const { o } = c;
  if (sumsScatters(c)) return elements(c).scatter(o.zeros(c.valueType(0)), c.dy, 'add');
  const [axis, shape, taken] = [c.axisAttribute(0), c.sides(0), c.sides(1)];
  const side = shape[axis]!;
  const spread = (value: Value) => o.reshape(value, [...taken.slice(0, axis + 1), 1, ...taken.slice(axis + 1)]);
  const places = numbers(c, side, [side, ...taken.slice(axis + 1).map(() => 1)]);
  const indices = fromFront(c, o.cast(c.b, 'int64'), side);
  const sum = o.reduceSum(o.where(o.equal(spread(indices), places), spread(c.dy), 0), [axis], false);
  // Along other axes there may be fewer indices than elements.
  const rest = shape.map((other, i) => (i === axis ? 0 : minus(other, taken[i]!)));
  return o.pad(
    sum,
    rest.map(() => 0),
    rest,
  );
}

/** Where each of `side` rows stands in a list, as {@link Graph.statePlaces} has it; undefined where that is much longer than the list. */
function placesOf(c: GradientContext, known: readonly number[], side: number): Value | undefined {
  if (!c.isSmall(side)) return undefined;
  const places = Array.from({ length: side }, (): number[] => []);
  for (const [i, row] of known.entries()) places[row]?.push(i);
  const most = places.reduce((longest, { length }) => Math.max(longest, length), 1);
  // Half of what is read may be padding; a scatter is no slower than more.
  if (side * most > 2 * (known.length + side)) return undefined;
  const padded = places.flatMap((list) => [...list, ...Array<number>(most - list.length).fill(known.length)]);
  return c.graph.constant('int64', padded, [side, most]);
}

/** The indices of a GatherND with the positions in the axes that it goes along with the data. */
function withBatch(c: GradientContext, batch: number): Value {
  const shape = c.shape(1);
  const sides = shape.slice(0, batch);
  const inner = shape.slice(batch, -1);
  const count = sizeOf(shape.slice(0, -1));
  c.limit(count * batch);
  const coordinates = Array.from({ length: count }, (_, i) => {
    let place = Math.floor(i / sizeOf(inner));
    return sides
      .toReversed()
      .map((side) => {
        const at = place % side;
        place = Math.floor(place / side);
        return at;
      })
      .toReversed();
  });
  const positions = c.graph.constant('int64', coordinates.flat(), [...sides, ...inner, batch]);
  return c.o.concat([positions, c.b], shape.length - 1);
}
