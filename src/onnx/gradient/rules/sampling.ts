/** Gradients of operators that read an image between its pixels: GridSample, RoiAlign, AffineGrid. */
import { floatAttribute, intAttribute, stringAttribute, type Value } from '../../node.js';
import type { Operators } from '../../operators.js';
import { isOpen, known, product, type Side } from '../../sides.js';
import { sizeOf } from '../../tensor.js';
import type { GradientRules, RuleContext } from '../context.js';
import { imageOf, type Places, readCubic, readLinear, readNearest } from './image.js';

export const sampling: GradientRules = {
  GridSample: { formula: gridSample },
  RoiAlign: { formula: alignRegions },
  AffineGrid: { formula: affineGrid },
};

function gridSample(c: RuleContext): Value {
  const { o, graph, node } = c;
  const [images, channels, ...open] = c.sides(0) as [Side, Side, ...Side[]];
  const sides = open.map(known);
  if (sides.length > 3) c.fail('there is a gradient rule for three spatial axes at most');
  const out = c.sides(1).slice(1, -1);
  const count = product(out);
  const corners = intAttribute(node, 'align_corners', 0) === 1;
  const grid = o.reshape(c.b, [images, count, sides.length]);
  // The grid names the last axis first, from -1 to 1.
  const raw = sides.map((side, axis) => {
    const at = sides.length - 1 - axis;
    const place = o.reshape(o.slice(grid, { starts: [at], ends: [at + 1], axes: [2] }), [images, count]);
    const fromEdge = o.add(place, 1);
    return corners ? o.mul(fromEdge, (side - 1) / 2) : o.sub(o.mul(fromEdge, side / 2), 0.5);
  });
  const padding = stringAttribute(node, 'padding_mode', 'zeros');
  const bring = (place: Value, side: number): Value => {
    if (padding === 'zeros') return place;
    if (padding === 'border') return o.clip(place, 0, side - 1);
    return o.clip(corners ? reflect(o, place, 0, side - 1) : reflect(o, place, -0.5, side - 0.5), 0, side - 1);
  };
  const image = imageOf(
    o,
    c.a,
    isOpen(images)
      ? o.reshape(o.range(images, 'int32'), [images, 1])
      : graph.constant('int32', [...Array(images).keys()], [images, 1]),
  );
  const mode = stringAttribute(node, 'mode', 'linear');
  const places = () => raw.map((place, axis) => bring(place, sides[axis]!));
  const read =
    mode === 'nearest'
      ? readNearest(o, image, places())
      : mode.endsWith('cubic')
        ? readCubic(o, image, raw, bring)
        : readLinear(o, image, places());
  return o.reshape(o.transpose(read, [0, 2, 1]), [images, channels, ...out]);
}

/** A place brought between two borders by turning back at each, as often as it takes. */
function reflect(o: Operators, place: Value, low: number, high: number): Value {
  const span = high - low;
  if (span === 0) return o.mul(place, 0);
  const distance = o.abs(o.sub(place, low));
  const turns = o.floor(o.div(distance, span));
  const rest = o.sub(distance, o.mul(turns, span));
  const isBack = o.greater(o.sub(turns, o.mul(2, o.floor(o.div(turns, 2)))), 0.5);
  return o.add(o.where(isBack, o.sub(span, rest), rest), low);
}

function alignRegions(c: RuleContext): Value {
  const { o, graph, node } = c;
  const [, channels, ...sides] = c.shape(0) as [number, number, number, number];
  const regions = c.shape(1)[0]!;
  const samples = intAttribute(node, 'sampling_ratio', 0);
  if (samples < 1) c.fail('its gradient takes a sampling_ratio, not one that depends on the regions');
  const outputs = [intAttribute(node, 'output_height', 1), intAttribute(node, 'output_width', 1)];
  const scale = floatAttribute(node, 'spatial_scale', 1);
  const halfPixel = stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel') === 'half_pixel';
  const [height, width] = outputs.map((side) => side * samples) as [number, number];
  const corner = (at: number) => {
    const scaled = o.mul(o.slice(c.b, { starts: [at], ends: [at + 1], axes: [1] }), scale);
    return halfPixel ? o.sub(scaled, 0.5) : scaled;
  };
  // [regions, samples] along an axis; the regions name the last axis first.
  const along = outputs.map((side, axis) => {
    const start = corner(1 - axis);
    const extent = o.sub(corner(3 - axis), start);
    const bin = o.div(halfPixel ? extent : o.max(extent, 1), side);
    c.limit(side * samples);
    const steps = Array.from({ length: side * samples }, (_, i) => (i + 0.5) / samples);
    return o.add(start, o.mul(bin, graph.constant(c.dtype(1), steps, [1, steps.length])));
  });
  const isInside = along.map((place, axis) =>
    o.and(o.not(o.less(place, -1)), o.not(o.greater(place, sides[axis]!))),
  ) as [Value, Value];
  const grid = (value: Value, axis: number) => {
    const own = axis === 0 ? [regions, height, 1] : [regions, 1, width];
    return o.reshape(o.expand(o.reshape(value, own), [regions, height, width]), [regions, height * width]);
  };
  const places: Places = along.map((place, axis) => grid(o.clip(place, 0, sides[axis]! - 1), axis));
  const shown = o.and(grid(isInside[0], 0), grid(isInside[1], 1));
  const image = imageOf(o, c.a, o.reshape(o.cast(node.inputs[2]!, 'int32'), [regions, 1]));
  const read = o.where(o.reshape(shown, [regions, height * width, 1]), readLinear(o, image, places), 0);
  const [rows, columns] = outputs as [number, number];
  const bins = o.reshape(read, [regions, rows, samples, columns, samples, channels]);
  if (stringAttribute(node, 'mode', 'avg') !== 'avg') c.fail('there is no gradient rule for regions by maximum');
  return o.transpose(o.reduceMean(bins, [2, 4], false), [0, 3, 1, 2]);
}

/** Each place of the output, from -1 to 1, times the affine map: [N, …sides, number of sides]. */
function affineGrid(c: RuleContext): Value {
  const { o, graph, node } = c;
  const [images, , ...sides] = c.constants(1) as [number, number, ...number[]];
  const corners = intAttribute(node, 'align_corners', 0) === 1;
  const count = sizeOf(sides);
  c.limit(count * (sides.length + 1));
  const places = Array.from({ length: count }, (_, i) => {
    let rest = i;
    const place = sides.toReversed().map((side) => {
      const at = rest % side;
      rest = Math.floor(rest / side);
      return corners ? (side === 1 ? 0 : (2 * at) / (side - 1) - 1) : (2 * at + 1) / side - 1;
    });
    return [...place, 1];
  });
  const base = graph.constant(c.dtype(0), places.flat(), [count, sides.length + 1]);
  return o.reshape(o.matMul(base, o.transpose(c.a, [0, 2, 1])), [images, ...sides, sides.length]);
}
