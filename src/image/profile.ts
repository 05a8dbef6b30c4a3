/** Colour profiles (ICC) of colour spaces that files describe in numbers, so that one library converts all of them. */

/** Chromaticities, x and y, of red, green, blue, and white. */
export type Primaries = readonly [red: Point, green: Point, blue: Point, white: Point];
type Point = readonly [x: number, y: number];

/** How a value from 0 to 1 becomes light: a power, sRGB's curve, or values of light at equal steps. */
export type Transfer = number | 'sRGB' | Float64Array;

export interface ColourSpace {
  readonly primaries: Primaries;
  readonly transfer: Transfer;
}

const d65: Point = [0.3127, 0.329];
const illuminantC: Point = [0.31, 0.316];
const rec709: Primaries = [[0.64, 0.33], [0.3, 0.6], [0.15, 0.06], d65];
const smpte170: Primaries = [[0.63, 0.34], [0.31, 0.595], [0.155, 0.07], d65];

export const srgb: ColourSpace = { primaries: rec709, transfer: 'sRGB' };

/** By their numbers in ITU-T H.273, "colour primaries". */
const primariesByCode: Readonly<Record<number, Primaries>> = {
  4: [[0.67, 0.33], [0.21, 0.71], [0.14, 0.08], illuminantC],
  5: [[0.64, 0.33], [0.29, 0.6], [0.15, 0.06], d65],
  6: smpte170,
  7: smpte170,
  9: [[0.708, 0.292], [0.17, 0.797], [0.131, 0.046], d65],
  11: [
    [0.68, 0.32],
    [0.265, 0.69],
    [0.15, 0.06],
    [0.314, 0.351],
  ],
  12: [[0.68, 0.32], [0.265, 0.69], [0.15, 0.06], d65],
  22: [[0.63, 0.34], [0.295, 0.605], [0.155, 0.077], d65],
};

/** Of the brightness of white paper, in cd/m², where values stand for absolute light (ITU-R BT.2408). What is brighter becomes white. */
const paperWhite = 203;

/** By their numbers in H.273, "transfer characteristics". All others, cameras' curves such as BT.709's too, are shown by sRGB's. */
const transferByCode: Readonly<Record<number, () => Transfer>> = {
  4: () => 2.2,
  5: () => 2.8,
  8: () => 1,
  16: () => tableOf(perceptualQuantizer),
  18: () => tableOf(hybridLogGamma),
};

/** The colour space that H.273's numbers stand for. What they leave open, or nobody knows, is as in sRGB. */
export function codedSpace(primaries: number, transfer: number): ColourSpace {
  return {
    primaries: primariesByCode[primaries] ?? srgb.primaries,
    transfer: transferByCode[transfer]?.() ?? srgb.transfer,
  };
}

function tableOf(curve: (value: number) => number): Float64Array {
  return Float64Array.from({ length: 4096 }, (_, i) => Math.min(1, curve(i / 4095) / paperWhite));
}

/** SMPTE ST 2084: cd/m². */
function perceptualQuantizer(value: number): number {
  const root = value ** (32 / 2523);
  return 10_000 * (Math.max(0, root - 0.8359375) / (18.8515625 - 18.6875 * root)) ** (16384 / 2610);
}

/** ITU-R BT.2100: cd/m² on a display of 1,000, channel by channel. */
function hybridLogGamma(value: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  const scene = value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - c) / a) + b) / 12;
  return 1000 * scene ** 1.2;
}

/**
 * A profile of the colour space; none where it is sRGB, or primaries make no sense.
 * @param isGrey whether it is for a single channel.
 */
export function profileOf(space: ColourSpace, isGrey = false): Buffer | undefined {
  const isSrgb = space.transfer === 'sRGB' && (isGrey || isNear(space.primaries, srgb.primaries));
  const columns = columnsOf(space.primaries);
  if (isSrgb || !columns.flat().every((value) => Math.abs(value) < 4)) return undefined;
  const curve = curveTag(space.transfer);
  const tags: (readonly [name: string, data: Buffer])[] = [['wtpt', xyzTag(d50)]];
  if (isGrey) tags.push(['kTRC', curve]);
  else
    for (const [i, name] of [...'rgb'].entries()) tags.push([`${name}XYZ`, xyzTag(columns[i]!)], [`${name}TRC`, curve]);
  return assembled(isGrey ? 'GRAY' : 'RGB ', tags);
}

const isNear = (a: Primaries, b: Primaries): boolean =>
  a.every(([x, y], i) => Math.hypot(x - b[i]![0], y - b[i]![1]) < 0.002);

type Triple = readonly [number, number, number];

const triple = <T>(make: (index: 0 | 1 | 2) => T): readonly [T, T, T] => [make(0), make(1), make(2)];

/** What profiles call white. */
const d50: Triple = [0.9642, 1, 0.8249];

/** The XYZ of the light of full red, green and blue, as seen beside D50. */
function columnsOf(primaries: Primaries): Matrix {
  const lights = triple((i) => xyzOf(primaries[i]));
  const white = xyzOf(primaries[3]);
  const amounts = apply(inverse(transposed(lights)), white);
  const adapt = adaptation(white);
  return triple((i) => adapt(triple((k) => lights[i][k] * amounts[i])));
}

const xyzOf = ([x, y]: Point): Triple => [x / y, 1, (1 - x - y) / y];

/** Bradford's: rows give the answers of three kinds of cones, roughly. */
const cones: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

/** How a colour beside this white looks beside D50. */
function adaptation(white: Triple): (colour: Triple) => Triple {
  const [from, to] = [apply(cones, white), apply(cones, d50)];
  const back = inverse(cones);
  return (colour) => {
    const answers = apply(cones, colour);
    return apply(
      back,
      triple((i) => (answers[i] * to[i]) / from[i]),
    );
  };
}

/** Rows. */
type Matrix = readonly [Triple, Triple, Triple];

const apply = (rows: Matrix, [x, y, z]: Triple): Triple =>
  triple((i) => rows[i][0] * x + rows[i][1] * y + rows[i][2] * z);

const transposed = (rows: Matrix): Matrix => triple((i) => triple((k) => rows[k][i]));

/** Cofactors by the determinant; not finite where that is 0. */
function inverse([a, b, c]: Matrix): Matrix {
  const crosses = [cross(b, c), cross(c, a), cross(a, b)] as const;
  const determinant = a[0] * crosses[0][0] + a[1] * crosses[0][1] + a[2] * crosses[0][2];
  return transposed(triple((i) => triple((k) => crosses[i][k] / determinant)));
}

const cross = ([a, b, c]: Triple, [x, y, z]: Triple): Triple => [b * z - c * y, c * x - a * z, a * y - b * x];

/** ICC.1:2022, 4.6: a whole part and 16 bits behind the point. */
function fixed(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeInt32BE(Math.round(value * 2 ** 16), 4 * i);
  return bytes;
}

const xyzTag = (xyz: Triple): Buffer => Buffer.concat([Buffer.from('XYZ \0\0\0\0'), fixed(xyz)]);

function curveTag(transfer: Transfer): Buffer {
  if (transfer === 'sRGB') {
    const numbers = fixed([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]);
    return Buffer.concat([Buffer.from('para\0\0\0\0\0\x03\0\0'), numbers]);
  }
  if (typeof transfer === 'number') return Buffer.concat([Buffer.from('para\0\0\0\0\0\0\0\0'), fixed([transfer])]);
  const bytes = Buffer.alloc(12 + 2 * transfer.length);
  bytes.write('curv');
  bytes.writeUInt32BE(transfer.length, 8);
  for (const [i, value] of transfer.entries()) bytes.writeUInt16BE(Math.round(65535 * value), 12 + 2 * i);
  return bytes;
}

function assembled(channels: string, tags: readonly (readonly [name: string, data: Buffer])[]): Buffer {
  const head = Buffer.alloc(128 + 4 + 12 * tags.length);
  head.writeUInt32BE(0x04300000, 8);
  head.write(`mntr${channels}XYZ `, 12);
  head.write('acsp', 36);
  fixed(d50).copy(head, 68);
  head.writeUInt32BE(tags.length, 128);
  let end = head.length;
  const parts = [head];
  for (const [i, [name, data]] of tags.entries()) {
    head.write(name, 132 + 12 * i);
    head.writeUInt32BE(end, 136 + 12 * i);
    head.writeUInt32BE(data.length, 140 + 12 * i);
    const padded = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    parts.push(padded);
    end += padded.length;
  }
  head.writeUInt32BE(end, 0);
  return Buffer.concat(parts);
}
