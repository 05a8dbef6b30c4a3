/** Strokes as what is drawn with: their points, widths, opacities and colours are the parameters. */
import { colourIn, grey, type Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { mapNamed, type Named } from '../../onnx/named.js';
import type { ApartMedium, Moment } from '../medium.js';
import { bounded } from './bounds.js';
import { marksOf, parametersBack, parametersOf, slotsOf, strokesOf } from './parameters.js';
import { type Marks, type Sheet, transmit, transmitBack } from './raster.js';
import { asleep, effectsOf, finalSoftness, isAwake, nextRound, roundAt, softnessAt } from './rounds.js';
import { type StrokesSpec, strokesSpace } from './spec.js';
import type { StrokeKind } from './strokes.js';

/**
 * The parameters are those of {@link parametersOf}, and `softness` [1], which no step changes: the standard deviation of the edges in pixels.
 * @param paper R, G, B from 0 to 255.
 */
export function strokes(spec: StrokesSpec, paper: Rgb): ApartMedium & Required<Pick<ApartMedium, 'strokesOf'>> {
  const kind: StrokeKind = spec.material ?? 'ink';
  const coloured = spec.colours === 'photo';
  const space = strokesSpace(spec, paper);
  const channels = space.length;
  const slots = { ...slotsOf(spec.count, coloured), softness: [1] };
  /** What a canvas is where nothing, and where all of the paper is to be seen. */
  const [far, whole] = [kind === 'ink' ? 0 : 255, colourIn(space, paper)];
  const seenAt = (parameters: Named<Float32Array>, size: Size) => {
    const drawn = strokesOf(parameters, size);
    const sheet: Sheet = { width: size.width, height: size.height, channels, softness: parameters.softness![0]! };
    return { drawn, sheet, marks: marksOf(drawn, kind, channels) };
  };
  /** A canvas, or its gradient: what it is made of through what strokes let through. */
  const throughOf = (canvas: Float32Array, { width, height }: Size, change: (value: number, paper: number) => number) =>
    canvas.map((value, i) => change(value, whole[Math.floor(i / (width * height))]!));

  return {
    space,
    isPerPixel: false,
    slots: () => slots,
    start: (size) => ({
      ...parametersOf(asleep(spec.count, coloured), size),
      softness: Float32Array.of(finalSoftness),
    }),
    paint(parameters, size) {
      const { marks, sheet } = seenAt(parameters, size);
      const through = new Float32Array(channels * size.height * size.width);
      transmit(marks, sheet, through);
      return throughOf(through, size, (share, level) => far + (level - far) * share);
    },
    back(parameters, canvas, gradient, size) {
      const { drawn, marks, sheet } = seenAt(parameters, size);
      const through = throughOf(canvas, size, (value, level) => (level === far ? 0 : (value - far) / (level - far)));
      const ofThrough = throughOf(gradient, size, (slope, level) => slope * (level - far));
      const back: Marks<Float32Array> = mapNamed({ ...marks }, (values) => new Float32Array(values.length)) as never;
      transmitBack(marks, sheet, through, ofThrough, back);
      const colour = drawn.colour && back.amount.map((slope) => (kind === 'ink' ? -slope : slope));
      return { ...parametersBack(drawn, { ...back, colour }, size), softness: new Float32Array(1) };
    },
    renew(moment) {
      const { size, progress, before } = moment;
      const softness = softnessAt(progress, size);
      const round = roundAt(progress, spec);
      const begins = round !== roundAt(before, spec);
      if (!begins && softness === softnessAt(before, size)) return undefined;
      return {
        begins,
        of(parameters) {
          const changed = { ...parameters, softness: Float32Array.of(softness) };
          return begins ? { ...changed, ...withRound(changed, round, moment) } : changed;
        },
      };
    },
    // In shares of the picture's side, as the steps are; and the loss is as large for a picture of any size.
    resizing: () => mapNamed(slots, () => ({ values: (values) => values, gradients: (averages) => averages })),
    constrain: (graph, parameters) => bounded(graph, parameters, spec),
    strokesOf(parameters, size) {
      const drawn = strokesOf(parameters, size);
      const awake = [...drawn.width.keys()].filter((stroke) => isAwake(drawn, stroke));
      const only = (values: Float32Array, each: number) =>
        Float32Array.from(awake.flatMap((stroke) => [...values.subarray(each * stroke, each * (stroke + 1))]));
      const plain = new Float32Array(3 * drawn.width.length).fill(kind === 'ink' ? 0 : 1);
      return {
        size: { width: size.width, height: size.height },
        paper,
        kind,
        points: only(drawn.points, 6),
        width: only(drawn.width, 1),
        opacity: only(drawn.opacity, 1),
        colour: only(drawn.colour ?? plain, 3),
      };
    },
  };

  /** The strokes of a new round. */
  function withRound(parameters: Named<Float32Array>, round: number, moment: Moment): Named<Float32Array> {
    const { size } = moment;
    const { drawn, marks, sheet } = seenAt(parameters, size);
    const through = new Float32Array(channels * size.height * size.width);
    transmit(marks, sheet, through);
    const canvas = throughOf(through, size, (share, level) => (far + (level - far) * share) / 255);
    const planes = (values: Float32Array) => ({ width: size.width, height: size.height, channels, values });
    const [photo, drawing] = [planes(seen(moment)), planes(canvas)];
    const effects = effectsOf(marks, sheet, through);
    return parametersOf(nextRound(drawn, { round, spec, kind, photo, drawing, effects }), size);
  }

  /** The photo as the canvas sees it, from 0 to 1. */
  function seen(moment: Moment): Float32Array {
    const photo = moment.photo();
    const area = photo.length / 3;
    if (channels === 3) return photo.map((value) => value / 255);
    const [red, green, blue] = [0, 1, 2].map((c) => photo.subarray(c * area, (c + 1) * area)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    return red.map((_, i) => colourIn(grey, [red[i]!, green[i]!, blue[i]!])[0]! / 255);
  }
}
