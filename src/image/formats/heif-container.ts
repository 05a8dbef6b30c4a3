/** The boxes of AVIF and HEIC files (ISO/IEC 23008-12): which items make the picture, what is said of them, and where their data lie. */

export interface Item {
  /** Such as `hvc1`, `av01`, or `grid`. */
  readonly type: string;
  readonly properties: readonly Property[];
  /** Numbers of the items that it is made of, in order, and as often as they occur. */
  readonly parts: readonly number[];
  /** Numbers of those that belong to it, such as its alpha. */
  readonly auxiliaries: readonly number[];
  /** Whether its colours are multiplied with its alpha. */
  readonly isPremultiplied: boolean;
  /** Its data, one part after the other; what lies in other files or items is left out. */
  readonly extents: readonly Buffer[];
}

/** A box, which says something about items. */
export interface Property {
  readonly type: string;
  readonly data: Buffer;
}

export interface Container {
  /** The number of the item that is the picture. */
  readonly primary: number;
  readonly items: ReadonlyMap<number, Item>;
}

/** More than the 256 × 256 tiles that a picture may have need, each with a box and an extent of its own. */
const maxBoxes = 2 ** 18;

/** More bytes than they need to be described. */
const maxMeta = 2 ** 23;

/** @throws RangeError where boxes and numbers do not fit into each other, or there is no picture. */
export function readContainer(bytes: Buffer): Container {
  const meta = boxNamed('meta', boxesIn(bytes));
  if (meta.length > maxMeta) throw new RangeError('too much is said');
  const boxes = [...boxesIn(meta.subarray(4))];
  const primary = new Fields(boxNamed('pitm', boxes)).versioned((version) => (version === 0 ? 2 : 4));
  const types = readTypes(boxNamed('iinf', boxes));
  const properties = readProperties([...boxesIn(boxNamed('iprp', boxes))]);
  const references = readReferences(boxNamed('iref', boxes, Buffer.alloc(4)));
  const extents = readLocations(boxNamed('iloc', boxes), [bytes, boxNamed('idat', boxes, Buffer.alloc(0))]);
  const [parts, auxiliaries, premultiplied] = [new Lists(), new Lists(), new Set<number>()];
  for (const { type, from, to } of references) {
    for (const id of to) {
      if (type === 'dimg') parts.add(from, id);
      if (type === 'auxl') auxiliaries.add(id, from);
      if (type === 'prem') premultiplied.add(from);
    }
  }
  const items = [...types].map(([id, type]): [number, Item] => [
    id,
    {
      type,
      properties: properties.get(id) ?? [],
      parts: parts.get(id) ?? [],
      auxiliaries: auxiliaries.get(id) ?? [],
      isPremultiplied: premultiplied.has(id),
      extents: extents.get(id) ?? [],
    },
  ]);
  if (!types.has(primary)) throw new RangeError('no primary item');
  return { primary, items: new Map(items) };
}

function* boxesIn(bytes: Buffer): Generator<Property> {
  let count = 0;
  for (let position = 0; position + 8 <= bytes.length; count++) {
    const fields = new Fields(bytes.subarray(position));
    const short = fields.next(4);
    const type = fields.text(4);
    // 1: the length follows, in 8 bytes. 0: as far as there is anything.
    const length = short === 1 ? fields.next(8) : short === 0 ? bytes.length - position : short;
    if (length < fields.position || count === maxBoxes) throw new RangeError(`box ${type}`);
    yield { type, data: bytes.subarray(position + fields.position, position + length) };
    position += length;
  }
}

/** The first of that name. What follows it need be no box: some phones put notes of their own at the end of a file. */
function boxNamed(name: string, boxes: Iterable<Property>, otherwise?: Buffer): Buffer {
  for (const { type, data } of boxes) if (type === name) return data;
  if (!otherwise) throw new RangeError(`no ${name}`);
  return otherwise;
}

/** Numbers of a box one after the other, the most significant byte first. */
class Fields {
  position = 0;
  constructor(readonly bytes: Buffer) {}

  /** @param size bytes, 0 (which is the number 0), 1, 2, 4 or 8. @throws RangeError behind the end. */
  next(size: number): number {
    const at = this.position;
    this.position += size;
    if (size === 0) return 0;
    return size === 8 ? Number(this.bytes.readBigUInt64BE(at)) : this.bytes.readUIntBE(at, size);
  }

  text(length: number): string {
    this.position += length;
    return this.bytes.toString('latin1', this.position - length, this.position);
  }

  /** Passes over a box' version and flags, and reads a number whose size hangs on the version. */
  versioned(size: (version: number) => number): number {
    const version = this.next(1);
    this.position += 3;
    return this.next(size(version));
  }
}

/** Lists of items' numbers, by another item's. */
class Lists extends Map<number, number[]> {
  add(id: number, other: number): void {
    const list = this.get(id);
    if (list) list.push(other);
    else this.set(id, [other]);
  }
}

/** @throws RangeError where something is said again: of two words decoders may take the other one. */
function once<T>(said: Map<number, T>, id: number, value: T): void {
  if (said.has(id)) throw new RangeError(`item ${id} twice`);
  said.set(id, value);
}

function readTypes(iinf: Buffer): Map<number, string> {
  const fields = new Fields(iinf);
  fields.versioned((version) => (version === 0 ? 2 : 4));
  const types = new Map<number, string>();
  for (const { type, data } of boxesIn(iinf.subarray(fields.position))) {
    if (type !== 'infe') continue;
    const entry = new Fields(data);
    const id = entry.versioned((version) => (version < 3 ? 2 : 4));
    entry.next(2);
    once(types, id, entry.text(4));
  }
  return types;
}

function readProperties(iprp: readonly Property[]): Map<number, Property[]> {
  const known = [...boxesIn(boxNamed('ipco', iprp))];
  const properties = new Map<number, Property[]>();
  for (const { type, data } of iprp) {
    if (type !== 'ipma') continue;
    const fields = new Fields(data);
    const [version, isLong] = [data.readUInt8(0), (data.readUInt8(3) & 1) === 1];
    const count = fields.versioned(() => 4);
    for (let i = 0; i < count; i++) {
      const id = fields.next(version < 1 ? 2 : 4);
      const indexes = Array.from(
        { length: fields.next(1) },
        () => fields.next(isLong ? 2 : 1) & (isLong ? 0x7fff : 0x7f),
      );
      once(
        properties,
        id,
        indexes.flatMap((index) => known[index - 1] ?? []),
      );
    }
  }
  return properties;
}

interface Reference {
  readonly type: string;
  readonly from: number;
  readonly to: readonly number[];
}

function readReferences(iref: Buffer): Reference[] {
  const size = iref[0] === 0 ? 2 : 4;
  return [...boxesIn(iref.subarray(4))].map(({ type, data }) => {
    const fields = new Fields(data);
    const from = fields.next(size);
    return { type, from, to: Array.from({ length: fields.next(2) }, () => fields.next(size)) };
  });
}

/** @param sources what offsets count in, by their number: the file, and the box for small data. */
function readLocations(iloc: Buffer, sources: readonly Buffer[]): Map<number, Buffer[]> {
  const fields = new Fields(iloc);
  const version = iloc.readUInt8(0);
  const sizes = fields.versioned(() => 2);
  const [offsetSize, lengthSize, baseSize, indexSize] = [12, 8, 4, 0].map((shift) => (sizes >> shift) & 15) as [
    number,
    number,
    number,
    number,
  ];
  const locations = new Map<number, Buffer[]>();
  let extentCount = 0;
  const count = fields.next(version < 2 ? 2 : 4);
  for (let i = 0; i < count; i++) {
    const id = fields.next(version < 2 ? 2 : 4);
    const source = sources[version === 0 ? 0 : fields.next(2) & 15];
    fields.next(2);
    const base = fields.next(baseSize);
    const extents = Array.from({ length: fields.next(2) }, () => {
      if (version > 0) fields.next(indexSize);
      const start = base + fields.next(offsetSize);
      const length = fields.next(lengthSize);
      if (!source) return Buffer.alloc(0);
      if (start + length > source.length || ++extentCount > maxBoxes) throw new RangeError(`data of item ${id}`);
      return source.subarray(start, length === 0 ? undefined : start + length);
    });
    once(locations, id, extents);
  }
  return locations;
}
