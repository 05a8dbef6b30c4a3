/** Folding of what is computed of open sides: which of them the integers are that a node gives. */
import { intAttribute, type Node } from '../node.js';
import {
  areKnown,
  isOpen,
  isSame,
  minus,
  NotConstant,
  plus,
  product,
  quotient,
  type Side,
  type Sides,
  times,
} from '../sides.js';
import { isFloat, type Tensor, tensor } from '../tensor.js';
import {
  broadcastTo,
  type ConstantValues,
  contextOf,
  type FoldContext,
  type FoldRules,
  smallTypes,
} from './context.js';
import { elementwise } from './elementwise.js';
import { movement } from './movement.js';

/** Undefined where it is neither a number nor a side. */
const arithmetic: Readonly<Record<string, (a: Side, b: Side, isFloat: boolean) => Side | undefined>> = {
  Add: plus,
  Sub: minus,
  Mul: times,
  Div: (a, b, isFloat) => (isFloat ? exactQuotient(a, b) : quotient(a, b)),
  // A side is never negative.
  Equal: (a, b) => (isSame(a, b) ? 1 : isNegative(a) || isNegative(b) || areKnown([a, b]) ? 0 : undefined),
};

const isNegative = (side: Side): boolean => !isOpen(side) && side < 0;

function exactQuotient(a: Side, b: Side): Side | undefined {
  const part = quotient(a, b);
  return isSame(times(part, b), a) ? part : undefined;
}

/** Of whole numbers they change nothing. */
const unchanging: ReadonlySet<string> = new Set(['Identity', 'Cast', 'Floor', 'Ceil', 'Round']);

const isWhole = (side: Side): boolean => isOpen(side) || Number.isInteger(side);

/** What moves elements and makes up none. */
const { Pad: _pad, Trilu: _trilu, ...moves } = movement;
const moving: FoldRules = { ...moves, Where: elementwise.Where! };

/** Which inputs have the elements that are moved, where it is not the first alone: the others say where to. */
const moved: Readonly<Record<string, readonly number[]>> = {
  Where: [1, 2],
  ScatterND: [0, 2],
  ScatterElements: [0, 2],
};

/**
 * The elements of each output of a node that computes them of open sides; undefined where it does not, or does more with them than to
 * move and to reckon.
 */
export function openElements(values: ConstantValues, node: Node): readonly Sides[] | undefined {
  if (node.domain !== '') return undefined;
  if (node.opType === 'Shape' || node.opType === 'Size') {
    const shape = values.knownType(node.inputs[0] ?? '')?.shape;
    if (!shape || areKnown(shape)) return undefined;
    if (node.opType === 'Size') return [[product(shape)]];
    return [shape.slice(intAttribute(node, 'start', 0), intAttribute(node, 'end', shape.length))];
  }
  if (!node.inputs.some((input) => values.isOfOpenSides(input))) return undefined;
  const inputs = node.inputs.map((input) => (input === '' ? [] : values.elements(input)));
  if (!inputs.every((elements) => elements !== undefined)) return undefined;
  try {
    return elementsOf(values, node, inputs);
  } catch (error) {
    if (error instanceof NotConstant) return undefined;
    throw error;
  }
}

/** The outputs of a node whose elements are all known, though it is given open sides: a number of channels. */
export function knownOutputs(
  values: ConstantValues,
  node: Node,
  elements: readonly Sides[] | undefined,
): readonly Tensor[] | undefined {
  if (!elements?.every(areKnown)) return undefined;
  return smallTypes(values, node)?.map(({ dtype, shape }, i) => tensor(dtype, elements[i]!, shape));
}

function elementsOf(values: ConstantValues, node: Node, inputs: readonly Sides[]): readonly Sides[] | undefined {
  const { opType } = node;
  const outputs = smallTypes(values, node);
  if (!outputs) return undefined;
  if (unchanging.has(opType))
    return outputs[0]!.dtype !== 'bool' && inputs[0]!.every(isWhole) ? [inputs[0]!] : undefined;
  const types = node.inputs.map((input) => (input === '' ? undefined : values.type(input)));
  // Elements are moved by their numbers.
  const all: Side[] = [];
  const isMoved = (input: number) =>
    opType === 'Concat' || opType in arithmetic ? true : (moved[opType] ?? [0]).includes(input);
  const read = (input: number): readonly number[] => {
    const elements = inputs[input]!;
    if (!isMoved(input)) return areKnown(elements) ? elements : fail();
    return elements.map((side) => all.push(side) - 1);
  };
  const c = contextOf(node, types, outputs, read);
  if (opType in arithmetic) return combined(c, arithmetic[opType]!, all);
  const lists = Object.hasOwn(moving, opType) ? moving[opType]!(c) : undefined;
  return lists?.map((numbers) => numbers.map((i) => all[i]!));
}

function combined(c: FoldContext, rule: (typeof arithmetic)[string], all: Sides): readonly Sides[] | undefined {
  const [a, b] = [0, 1].map((i) => broadcastTo(c.values(i), c.shape(i), c.y.shape));
  const elements = a!.map((one, i) => {
    const [first, second] = [all[one]!, all[b![i]!]!];
    return isWhole(first) && isWhole(second) ? rule!(first, second, isFloat(c.dtype(0))) : undefined;
  });
  return elements.every((side) => side !== undefined) ? [elements] : undefined;
}

function fail(): never {
  throw new NotConstant('where to is not known');
}
