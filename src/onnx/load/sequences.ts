/** Sequences whose length is known when they are read: what is taken out of them is the tensor that was put in. */
import { intAttribute, type Node, nodeLabel, type Value } from '../node.js';
import { isOpen } from '../sides.js';
import type { Reader } from './reader.js';

/** Parts that a tensor is split into at most: each takes nodes that the file does not have. */
const mostParts = 2 ** 8;

export class Sequences {
  readonly #elements = new Map<Value, readonly Value[]>();

  constructor(private readonly reader: Reader) {}

  /**
   * Reads a node that makes a sequence or takes something out of one.
   * @returns whether that is all: otherwise the node has to be there for what is not known of the sequence.
   */
  read(node: Node): boolean {
    if (node.domain !== '') return false;
    const made = this.#made(node);
    if (made) this.#elements.set(node.outputs[0]!, made);
    const taken = made ? undefined : this.#taken(node);
    if (taken !== undefined) this.reader.bind(taken, node.outputs[0]!);
    return taken !== undefined;
  }

  /** Whether a node makes a sequence whose elements are known, so that nothing may need it. */
  isKnown = ({ outputs: [output = ''] }: Node): boolean => this.#elements.has(output);

  /** The elements of the sequence that a node makes; undefined where it makes none, or of unknown length. */
  #made(node: Node): readonly Value[] | undefined {
    const [first = '', second = '', third = ''] = node.inputs;
    const given = this.#elements.get(first);
    switch (node.opType) {
      case 'SequenceEmpty':
        return [];
      case 'SequenceConstruct':
        return node.inputs;
      case 'Identity':
        return given;
      case 'SequenceInsert':
        return given && this.#at(node, third, given.length, (place) => given.toSpliced(place, 0, second), true);
      case 'SequenceErase':
        return given && this.#at(node, second, given.length, (place) => given.toSpliced(place, 1));
      case 'SplitToSequence':
        return this.#split(node);
      default:
        return undefined;
    }
  }

  #taken({ opType, inputs, attributes, ...rest }: Node): Value | undefined {
    const { reader } = this;
    const elements = this.#elements.get(inputs[0] ?? '');
    if (!elements) return undefined;
    const node = { ...rest, opType, inputs, attributes };
    switch (opType) {
      case 'SequenceAt':
        return this.#at(node, inputs[1]!, elements.length, (place) => elements[place]!);
      case 'SequenceLength':
        return reader.constant([elements.length], []);
      case 'ConcatFromSequence': {
        if (elements.length === 0) return undefined;
        const axis = intAttribute(node, 'axis', 0);
        const isNew = intAttribute(node, 'new_axis', 0) === 1;
        const parts = isNew
          ? elements.map((value) => reader.add('Unsqueeze', [value, reader.constant([axis])]))
          : elements;
        return reader.add('Concat', parts, { axis });
      }
      default:
        return undefined;
    }
  }

  /**
   * What there is at a place that is a constant, or left out: then it is the last, or with `behind` the one after that.
   * @throws Error, naming the node, for one that there is not.
   */
  #at<T>(node: Node, place: Value, count: number, found: (place: number) => T, behind = false): T | undefined {
    const last = behind ? count : count - 1;
    const stated = place === '' ? last : this.reader.elements(place)?.[0];
    if (typeof stated !== 'number') return undefined;
    const at = stated < 0 ? stated + count : stated;
    if (at >= 0 && at <= last) return found(at);
    throw new Error(`${nodeLabel(node)}: there is no place ${stated} in a sequence of ${count}`);
  }

  #split(node: Node): readonly Value[] | undefined {
    const { reader } = this;
    const [x = '', sides = ''] = node.inputs;
    const shape = reader.knownType(x)?.shape;
    const stated = intAttribute(node, 'axis', 0);
    const axis = stated < 0 ? stated + (shape?.length ?? 0) : stated;
    const whole = shape?.[axis];
    if (whole === undefined || isOpen(whole) || whole > mostParts) return undefined;
    const parts = sides === '' ? Array<number>(whole).fill(1) : this.#sides(sides, whole);
    if (!parts) return undefined;
    const outputs = parts.map((_, i) => reader.unusedName(`${node.outputs[0]}/${i}`));
    const inputs = [x, reader.constant(parts)];
    reader.emit({ name: '', opType: 'Split', domain: '', inputs, outputs, attributes: { axis } });
    if (sides !== '' || intAttribute(node, 'keepdims', 1) === 1) return outputs;
    return outputs.map((value) => reader.add('Squeeze', [value, reader.constant([axis])]));
  }

  /** The sides of the parts: a list of them, or the side of all but the last. */
  #sides(value: Value, whole: number): readonly number[] | undefined {
    const listed = this.reader.tensor(value);
    const known = this.reader.elements(value);
    if (!listed || !known?.every((side) => typeof side === 'number' && side >= 0)) return undefined;
    if (listed.shape.length > 0) return known as number[];
    const [each] = known as [number];
    if (each < 1) return undefined;
    return Array.from({ length: Math.ceil(whole / each) }, (_, i) => Math.min(each, whole - i * each));
  }
}
