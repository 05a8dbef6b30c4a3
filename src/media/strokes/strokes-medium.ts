/** Strokes as what is drawn with: their points, widths, opacities and colours are the parameters. */
import { colourIn, grey, type Rgb } from '../../colour/spaces.js';
import type { Size } from '../../image/picture.js';
import { mapNamed, type Named } from '../../onnx/named.js';
import type { ApartMedium, Moment } from '../medium.js';
import { bounded } from './bounds.js';
import { marksOf, parametersBack, parametersOf, slotsOf, strokesOf, unitsFor } from './parameters.js';
import { leaning, pensAt, temperatureAt } from './pens.js';
import { emptyGradients, type Sheet, transmit, transmitBack } from './raster.js';
import { asleep, effectsOf, finalSoftness, isAwake, nextRound, roundAt, softnessAt } from './rounds.js';
import { isColoured, type StrokesSpec, strokesSpace } from './spec.js';
import type { StrokeKind } from './strokes.js';

/**
 * The parameters are those of {@link slotsOf}, and what no step changes: `softness` [1], the standard deviation of the edges in pixels, and
 * where there are pens `temperature` [1], see pens.ts.
 * @param paper R, G, B from 0 to 255.
 */
export function strokes(spec: StrokesSpec, paper: Rgb): ApartMedium & Required<Pick<ApartMedium, 'strokesOf'>> {
  const kind: StrokeKind = spec.material ?? 'ink';
  const coloured = isColoured(spec);
  /** How many there are to choose from, if any. */
  const penCount = spec.pens?.length ?? 0;
  const space = strokesSpace(spec, paper);
  const channels = space.length;
  const ofPens = <T>(temperature: T) => (penCount > 0 ? { temperature } : {});
  const slots = { ...slotsOf(spec.count, coloured, penCount), softness: [1], ...ofPens([1]) };
  const pensIn = ({ softness, temperature }: Named<Float32Array>, size: Size) =>
    temperature && pensAt(spec, size, softness![0]!, temperature[0]!);
  /** What a canvas is where nothing, and where all of the paper is to be seen. */
  const [far, whole] = [kind === 'ink' ? 0 : 255, colourIn(space, paper)];
  const seenAt = (parameters: Named<Float32Array>, size: Size) => {
    const pens = pensIn(parameters, size);
    const drawn = strokesOf(parameters, size, pens);
    const [softness, isEven] = [parameters.softness![0]!, pens !== undefined];
    const sheet: Sheet = { width: size.width, height: size.height, channels, softness, isEven };
    return { drawn, sheet, marks: marksOf(drawn, kind, channels), pens };
  };
  /** A canvas, or its gradient: what it is made of through what strokes let through. */
  const throughOf = (canvas: Float32Array, { width, height }: Size, change: (value: number, paper: number) => number) =>
    canvas.map((value, i) => change(value, whole[Math.floor(i / (width * height))]!));

  return {
    space,
    isPerPixel: false,
    slots: () => slots,
    start(size) {
      const { points, ...others } = parametersOf(asleep(spec.count, coloured), size);
      const undecided = { opacity: new Float32Array(spec.count), pen: new Float32Array(spec.count * penCount) };
      return {
        points: points!,
        ...(penCount > 0 ? undecided : others),
        softness: Float32Array.of(finalSoftness),
        ...ofPens(Float32Array.of(1)),
      };
    },
    paint(parameters, size) {
      const { marks, sheet } = seenAt(parameters, size);
      const through = new Float32Array(channels * size.height * size.width);
      transmit(marks, sheet, through);
      return throughOf(through, size, (share, level) => far + (level - far) * share);
    },
    back(parameters, canvas, gradient, size) {
      const { drawn, marks, sheet, pens } = seenAt(parameters, size);
      const through = throughOf(canvas, size, (value, level) => (level === far ? 0 : (value - far) / (level - far)));
      const ofThrough = throughOf(gradient, size, (slope, level) => slope * (level - far));
      const back = emptyGradients(marks);
      transmitBack(marks, sheet, through, ofThrough, back);
      const colour = drawn.colour && back.amount.map((slope) => (kind === 'ink' ? -slope : slope));
      const unmoved = { softness: new Float32Array(1), ...ofPens(new Float32Array(1)) };
      return { ...parametersBack(drawn, { ...back, colour }, size, pens), ...unmoved };
    },
    renew(moment) {
      const { size, progress, before } = moment;
      const softness = softnessAt(progress, size);
      const round = roundAt(progress, spec);
      const temperature = temperatureAt(progress);
      const cools = penCount > 0 && temperature !== temperatureAt(before);
      const hasNew = round !== roundAt(before, spec);
      if (!hasNew && !cools && softness === softnessAt(before, size)) return undefined;
      return {
        // What the optimizer has averaged would go on moving strokes to other pens after they have chosen.
        begins: hasNew || (cools && temperature === 0),
        of(parameters) {
          const now = { softness: Float32Array.of(softness), ...ofPens(Float32Array.of(temperature)) };
          const changed = { ...parameters, ...now };
          return hasNew ? { ...changed, ...withRound(changed, round, moment) } : changed;
        },
      };
    },
    // In shares of the picture's side, as the steps are; and the loss is as large for a picture of any size.
    resizing: () => mapNamed(slots, () => ({ values: (values) => values, gradients: (averages) => averages })),
    constrain: (graph, parameters) => bounded(graph, parameters, spec),
    strokesOf(parameters, size) {
      const { penned, ...given } = strokesOf(parameters, size, pensIn(parameters, size));
      // How opaque a line is, and not how opaque it looks from afar.
      const drawn = { ...given, opacity: penned?.present ?? given.opacity };
      const awake = [...drawn.width.keys()].filter((stroke) => isAwake(drawn, stroke) && drawn.opacity[stroke]! > 0);
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
        ...(penCount > 0 && { isOfPens: true }),
        colour: only(drawn.colour ?? plain, 3),
      };
    },
  };

  /** The strokes of a new round. */
  function withRound(parameters: Named<Float32Array>, round: number, moment: Moment): Named<Float32Array> {
    const { size } = moment;
    const { drawn, marks, sheet, pens } = seenAt(parameters, size);
    const through = new Float32Array(channels * size.height * size.width);
    transmit(marks, sheet, through);
    const canvas = throughOf(through, size, (share, level) => (far + (level - far) * share) / 255);
    const planes = (values: Float32Array) => ({ width: size.width, height: size.height, channels, values });
    const [photo, drawing] = [planes(seen(moment)), planes(canvas)];
    const effects = effectsOf(marks, sheet, through);
    const next = nextRound(drawn, { round, spec, kind, photo, drawing, effects });
    if (!pens) return parametersOf(next, size);
    // A new stroke is undecided whether it is drawn.
    const [opacity, pen] = [parameters.opacity!.slice(), parameters.pen!.slice()];
    for (let stroke = 0; stroke < spec.count; stroke++) {
      if (next.points[6 * stroke] === drawn.points[6 * stroke]) continue;
      opacity[stroke] = 0;
      const colour = next.colour?.subarray(3 * stroke, 3 * stroke + 3);
      const logits = colour ? leaning(colour, paper, pens) : pens.each.map(() => 0);
      pen.set(
        logits.map((logit) => logit / unitsFor(size).pen),
        penCount * stroke,
      );
    }
    return { points: parametersOf(next, size).points!, opacity, pen };
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
