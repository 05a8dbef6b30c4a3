/** How a network from a file wants its picture: by name, or as the file says. */
import { type ColourSpace, caffe, inception, rgb, torchvision, unit } from '../../colour/spaces.js';
import { InputError } from '../../errors.js';
import { shownName } from '../../one-line.js';

const spaces = {
  /** B, G, R from 0 to 255, less the mean of ImageNet. */
  caffe,
  /** R, G, B from 0 to 1, less the mean of ImageNet, divided by its deviation. */
  torchvision,
  /** R, G, B from -1 to 1. */
  inception,
  /** R, G, B from 0 to 1. */
  raw: unit,
} satisfies Record<string, ColourSpace>;

export type PreprocessName = keyof typeof spaces;

export const preprocessNames = Object.keys(spaces) as [PreprocessName, ...PreprocessName[]];

export interface Preprocess {
  /** For the person: the name of one, or what the file says. */
  readonly label: string;
  /** The colours that a picture is brought to. Of a network with one channel luma is made of them. */
  readonly space: ColourSpace;
  /** Whether nobody has said it. */
  readonly isAssumed: boolean;
}

/**
 * What was asked for, else what the file says, else what is usual: `torchvision`, and `raw` for a network with one channel.
 * @param metadata the file's, by its keys: `preprocess` with one of the names; or pixel format and range as ONNX's metadata for images has them
 *   (onnx/onnx, docs/MetadataProps.md).
 * @throws InputError where that does not fit the network's channels, or is not known.
 */
export function preprocessOf(
  given: PreprocessName | undefined,
  channels: 1 | 3,
  metadata: ReadonlyMap<string, string>,
): Preprocess {
  if (given !== undefined) {
    checkChannels(given, channels);
    return { label: given, space: spaces[given], isAssumed: false };
  }
  const named = metadata.get('preprocess');
  if (named !== undefined) {
    if (!Object.hasOwn(spaces, named))
      throw new InputError(
        `its metadata says '${shownName(named)}', which is none of ${preprocessNames.join(', ')}; give one`,
        { field: 'preprocess' },
      );
    checkChannels(named as PreprocessName, channels);
    return { label: named, space: spaces[named as PreprocessName], isAssumed: false };
  }
  const stated = statedSpace(metadata);
  if (stated) return stated;
  const usual = channels === 1 ? 'raw' : 'torchvision';
  return { label: usual, space: spaces[usual], isAssumed: true };
}

/** The means that those subtract are of three channels. */
function checkChannels(name: PreprocessName, channels: 1 | 3): void {
  if (channels === 3 || name === 'raw' || name === 'inception') return;
  throw new InputError(`the network has one channel, and ${name} is for three; choose raw or inception`, {
    field: 'preprocess',
  });
}

/** By their names in ONNX, in small letters: case makes no difference there. */
const ranges: Readonly<Record<string, { scale: number; offset: number }>> = {
  nominalrange_0_255: { scale: 1, offset: 0 },
  normalized_0_1: { scale: 1 / 255, offset: 0 },
  normalized_1_1: { scale: 1 / 127.5, offset: -1 },
};

/** What ONNX's metadata for images says; undefined where it says nothing. */
function statedSpace(metadata: ReadonlyMap<string, string>): Preprocess | undefined {
  const stated = new Map([...metadata].map(([key, value]) => [key.toLowerCase(), value]));
  const given = ['bitmappixelformat', 'nominalpixelrange', 'colorspacegamma'].map((key) => stated.get(`image.${key}`));
  const [format = 'Rgb8', range = 'NominalRange_0_255', gamma = 'SRGB'] = given;
  if (given.every((value) => value === undefined)) return undefined;
  const values = new Map(Object.entries(ranges)).get(range.toLowerCase());
  if (!values || !/^(rgb|bgr|gray)8$/i.test(format) || !/^srgb$/i.test(gamma)) {
    const label = shownName(given.filter((value) => value !== undefined).join(', '));
    throw new InputError(
      `its metadata says '${label}', which is not known; give one of ${preprocessNames.join(', ')}`,
      {
        field: 'preprocess',
      },
    );
  }
  const space = rgb.map(({ colour }) => ({ colour, ...values }));
  const isReversed = /^bgr8$/i.test(format);
  return { label: `${format}, ${range}`, space: isReversed ? space.toReversed() : space, isAssumed: false };
}
