/** Writes AVIF and HEIC files box by box, so that they can say what no encoder says. */

export interface HeifItem {
  readonly type: string;
  readonly data: Buffer;
  /** Numbers of items, from 1. */
  readonly parts?: readonly number[];
  readonly auxiliaryOf?: number;
}

const number = (value: number, size: number): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
};

const box = (type: string, ...data: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(data);
  return Buffer.concat([number(8 + body.length, 4), Buffer.from(type, 'latin1'), body]);
};

const fullBox = (type: string, version: number, ...data: readonly Buffer[]): Buffer =>
  box(type, number(version * 2 ** 24, 4), ...data);

/** The first item is the picture; all are said to be of one size. @param properties boxes that belong to all items. */
export function heifFile(
  brand: string,
  { width, height }: { readonly width: number; readonly height: number },
  items: readonly HeifItem[],
  properties: readonly Buffer[] = [],
): Buffer {
  const head = box('ftyp', Buffer.from(`${brand}\0\0\0\0mif1`, 'latin1'));
  const all = [fullBox('ispe', 0, number(width, 4), number(height, 4)), ...properties];
  const kinds = items.map(({ type }, i) =>
    fullBox('infe', 2, number(i + 1, 2), number(0, 2), Buffer.from(`${type}\0`, 'latin1')),
  );
  const associations = items.map((_, i) =>
    Buffer.concat([number(i + 1, 2), number(all.length, 1), ...all.map((_, index) => number(index + 1, 1))]),
  );
  const references = items.flatMap(({ parts, auxiliaryOf }, i) => {
    const to = (ids: readonly number[]) => [number(i + 1, 2), number(ids.length, 2), ...ids.map((id) => number(id, 2))];
    return [...(parts ? [box('dimg', ...to(parts))] : []), ...(auxiliaryOf ? [box('auxl', ...to([auxiliaryOf]))] : [])];
  });
  const metaOf = (start: number) => {
    let at = start;
    const places = items.map(({ data }, i) => {
      at += data.length;
      return Buffer.concat([
        number(i + 1, 2),
        number(0, 2),
        number(1, 2),
        number(at - data.length, 4),
        number(data.length, 4),
      ]);
    });
    return fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, number(0, 4), Buffer.from('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, number(1, 2)),
      fullBox('iloc', 0, number(0x4400, 2), number(items.length, 2), ...places),
      fullBox('iinf', 0, number(items.length, 2), ...kinds),
      box('iprp', box('ipco', ...all), fullBox('ipma', 0, number(items.length, 4), ...associations)),
      fullBox('iref', 0, ...references),
    );
  };
  const start = head.length + metaOf(0).length + 8;
  return Buffer.concat([head, metaOf(start), box('mdat', ...items.map(({ data }) => data))]);
}

/** AV1 data of a size, with so many frames that hold nothing. @param isReduced whether its header is the short one of still pictures. */
export function av1Data(width: number, height: number, frames: number, isReduced = true): Buffer {
  const bits = (value: number, count: number) => value.toString(2).padStart(count, '0');
  // Profile, still picture; and of the long one two operating points, one of a level with tiers, and no more of anything.
  const beginning = isReduced ? `000 1 1 00000` : `000 0 0 0 0 00001 ${bits(1, 12)} 01001 1 ${bits(0, 12)} 00101`;
  const size = `1111 1111 ${bits(width - 1, 16)} ${bits(height - 1, 16)}`;
  const header = `${beginning} ${size}`.replaceAll(' ', '').match(/.{1,8}/g)!;
  const unit = (type: number, data: readonly number[]) => Buffer.from([(type << 3) | 2, data.length, ...data]);
  const sequence = unit(
    1,
    header.map((byte) => Number.parseInt(byte.padEnd(8, '0'), 2)),
  );
  return Buffer.concat([unit(2, []), sequence, ...Array<Buffer>(frames).fill(unit(6, [0x10, 0]))]);
}
