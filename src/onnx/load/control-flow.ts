/** Branches that are chosen, and loops that are unrolled, where that is known before anything runs. */
import type { onnx as Onnx } from 'onnx-proto';
import { shownName } from '../../one-line.js';
import { subgraph } from '../attributes.js';
import { intAttribute, intsAttribute, type Node, nodeLabel, type Value } from '../node.js';
import { tensorValues } from '../tensor.js';
import type { Reader } from './reader.js';
import { Scope } from './scope.js';

/** Rounds of a loop that are written out. */
const mostRounds = 2 ** 12;

/**
 * Reads what an If, a Loop or a Scan holds in its place, where its condition or its number of rounds is a constant.
 * @returns whether it did: otherwise the node stays as it is.
 */
export function unroll(reader: Reader, node: Node, scope: Scope): boolean {
  if (node.domain !== '') return false;
  switch (node.opType) {
    case 'If':
      return choose(reader, node, scope);
    case 'Loop':
      return unrollLoop(reader, node, scope);
    case 'Scan':
      return unrollScan(reader, node, scope);
    default:
      return false;
  }
}

function choose(reader: Reader, node: Node, scope: Scope): boolean {
  for (const branch of ['then_branch', 'else_branch']) bodyOf(node, branch);
  const condition = numberOf(reader, node.inputs[0] ?? '');
  if (condition === undefined) return false;
  const results = readBody(reader, node, condition ? 'then_branch' : 'else_branch', [], scope, '');
  bindAll(reader, node, results);
  return true;
}

function unrollLoop(reader: Reader, node: Node, scope: Scope): boolean {
  const [trips = '', condition = '', ...initial] = node.inputs;
  const most = trips === '' ? Number.POSITIVE_INFINITY : numberOf(reader, trips);
  const begins = condition === '' ? 1 : numberOf(reader, condition);
  const body = bodyOf(node, 'body');
  if (most === undefined || begins === undefined || !hasKnownCondition(reader, body, initial, scope)) return false;
  if (most > mostRounds && most !== Number.POSITIVE_INFINITY && trips !== '') return false;
  let carried: readonly Value[] = initial;
  const rows: Value[][] = (body.output ?? []).slice(1 + initial.length).map(() => []);
  let goesOn = begins !== 0;
  for (let round = 0; goesOn && round < most; round++) {
    if (round >= mostRounds) fail(node, `it goes on for more than ${mostRounds} rounds`);
    const going = reader.constant([1], [], 'bool');
    const given = [reader.constant([round], []), going, ...carried];
    const [next, ...results] = readBody(reader, node, 'body', given, scope, `${round}/`);
    const known = numberOf(reader, next!);
    if (known === undefined) fail(node, `whether it goes on after ${round + 1} rounds is not known before it runs`);
    goesOn = known !== 0;
    carried = results.slice(0, initial.length);
    for (const [i, value] of results.slice(initial.length).entries()) rows[i]?.push(value);
  }
  if (rows.some((values) => values.length === 0)) fail(node, 'a loop of no rounds that gives rows is not supported');
  bindAll(reader, node, [...carried, ...rows.map((values) => stack(reader, values, 0))]);
  return true;
}

/**
 * Whether each round's condition follows from constants and what earlier rounds made of them: values that are carried from round to
 * round are such if they begin as one, and their next value depends on such values only.
 */
function hasKnownCondition(reader: Reader, body: Onnx.IGraphProto, initial: readonly Value[], scope: Scope): boolean {
  const inputs = (body.input ?? []).map(({ name }) => name ?? '');
  const outputs = (body.output ?? []).map(({ name }) => name ?? '');
  const isOutside = (name: string): boolean => {
    const value = reader.resolve(name, scope);
    return value !== undefined && reader.tensor(value) !== undefined;
  };
  let constant = new Set(inputs.filter((_, i) => i < 2 || reader.tensor(initial[i - 2] ?? '') !== undefined));
  for (;;) {
    const known = new Set([...constant, ...(body.initializer ?? []).map(({ name }) => name ?? '')]);
    const local = new Set([...inputs, ...(body.node ?? []).flatMap(({ output }) => output ?? [])]);
    const isKnown = (name: string): boolean =>
      name === '' || (local.has(name) || known.has(name) ? known.has(name) : isOutside(name));
    for (const { input, output } of body.node ?? []) {
      if ((input ?? []).every(isKnown)) for (const name of output ?? []) known.add(name);
    }
    // Output i is input i + 1 of the next round.
    const kept = new Set(
      [...constant].filter((name) => {
        const i = inputs.indexOf(name);
        return i < 2 || isKnown(outputs[i - 1] ?? '');
      }),
    );
    if (kept.size === constant.size) return isKnown(outputs[0] ?? '');
    constant = kept;
  }
}

interface Scanning {
  readonly inputAxes: readonly number[];
  readonly inputsBackwards: readonly boolean[];
  readonly outputAxes: readonly number[];
  readonly outputsBackwards: readonly boolean[];
}

function unrollScan(reader: Reader, node: Node, scope: Scope): boolean {
  const scanned = intAttribute(node, 'num_scan_inputs', 1);
  const body = bodyOf(node, 'body');
  // Until 9 there was a list of lengths first, and a batch of sequences.
  const isBatched = scope.opset < 9;
  if (isBatched && node.inputs[0] !== '') fail(node, 'sequences of several lengths are not supported');
  const given = isBatched ? node.inputs.slice(1) : node.inputs;
  const stateCount = given.length - scanned;
  const outputCount = (body.output ?? []).length - stateCount;
  if (scanned < 1 || stateCount < 0 || outputCount < 0) fail(node, `it does not have ${scanned} inputs to scan`);
  const axes = (name: string, count: number) => intsAttribute(node, name) ?? Array<number>(count).fill(0);
  const scanning: Scanning = {
    inputAxes: axes('scan_input_axes', scanned),
    inputsBackwards: axes(isBatched ? 'directions' : 'scan_input_directions', scanned).map(Boolean),
    outputAxes: axes('scan_output_axes', outputCount),
    outputsBackwards: axes('scan_output_directions', outputCount).map(Boolean),
  };
  const known = given.slice(stateCount).every((value) => reader.knownType(value));
  if (!known) return false;
  if (!isBatched) {
    bindAll(reader, node, scan(reader, node, scope, given, stateCount, scanning, ''));
    return true;
  }
  const batch = reader.type(given.at(-1)!).shape[0] ?? 0;
  const perSequence = Array.from({ length: batch }, (_, i) => {
    const sequence = given.map((value) => row(reader, value, i, 0));
    return scan(reader, node, scope, sequence, stateCount, scanning, `${i}/`);
  });
  bindAll(
    reader,
    node,
    node.outputs.map((_, i) =>
      stack(
        reader,
        perSequence.map((results) => results[i]!),
        0,
      ),
    ),
  );
  return true;
}

/** The last states, and the stacked outputs. */
function scan(
  reader: Reader,
  node: Node,
  scope: Scope,
  given: readonly Value[],
  stateCount: number,
  { inputAxes, inputsBackwards, outputAxes, outputsBackwards }: Scanning,
  prefix: string,
): Value[] {
  const sequences = given.slice(stateCount);
  const lengths = sequences.map((value, i) => reader.type(value).shape.at(inputAxes[i]!) ?? 0);
  const length = lengths[0]!;
  if (lengths.some((other) => other !== length) || length < 1 || length > mostRounds)
    fail(node, `sequences of [${lengths.join(', ')}] can't be scanned together`);
  let states = given.slice(0, stateCount);
  const rows: Value[][] = outputAxes.map(() => []);
  for (let round = 0; round < length; round++) {
    const elements = sequences.map((value, i) =>
      row(reader, value, inputsBackwards[i] ? length - 1 - round : round, inputAxes[i]!),
    );
    const results = readBody(reader, node, 'body', [...states, ...elements], scope, `${prefix}${round}/`);
    states = results.slice(0, stateCount);
    for (const [i, value] of results.slice(stateCount).entries()) rows[i]?.push(value);
  }
  const stacked = rows.map((values, i) =>
    stack(reader, outputsBackwards[i] ? values.toReversed() : values, outputAxes[i]!),
  );
  return [...states, ...stacked];
}

/** Reads a branch or a body. @returns what it gives. */
function readBody(
  reader: Reader,
  node: Node,
  attribute: string,
  inputs: readonly Value[],
  outer: Scope,
  suffix: string,
): Value[] {
  const body = bodyOf(node, attribute);
  const prefix = `${node.name}/${suffix}`;
  const scope = new Scope({ opset: outer.opset, prefix, outer });
  for (const proto of body.initializer ?? []) scope.set(proto.name ?? '', reader.keep(`${prefix}${proto.name}`, proto));
  (body.input ?? []).forEach(({ name }, i) => {
    scope.set(name ?? '', inputs[i] ?? fail(node, `its ${attribute} takes more than ${inputs.length} inputs`));
  });
  reader.appendAll(body.node ?? [], scope);
  return (body.output ?? []).map(
    ({ name }) =>
      reader.resolve(name ?? '', scope) ?? fail(node, `its ${attribute} does not give '${shownName(name ?? '')}'`),
  );
}

const bodyOf = (node: Node, attribute: string): Onnx.IGraphProto =>
  subgraph(node.attributes[attribute]) ?? fail(node, `it has no ${attribute}`);

function bindAll(reader: Reader, node: Node, results: readonly Value[]): void {
  node.outputs.forEach((output, i) => {
    if (output !== '') reader.bind(results[i] ?? fail(node, `nothing gives its output ${i}`), output);
  });
}

/** Element `index` along an axis. */
const row = (reader: Reader, value: Value, index: number, axis: number): Value =>
  reader.add('Gather', [value, reader.constant([index], [])], { axis });

/** Values side by side along a new axis. */
function stack(reader: Reader, values: readonly Value[], axis: number): Value {
  const rows = values.map((value) => reader.add('Unsqueeze', [value, reader.constant([axis])]));
  return rows.length === 1 ? rows[0]! : reader.add('Concat', rows, { axis });
}

/** The only element of a constant; undefined where there is none, or more than one. */
function numberOf(reader: Reader, value: Value): number | undefined {
  const held = reader.tensor(value);
  if (!(held?.data instanceof Uint8Array) || held.shape.some((side) => side !== 1)) return undefined;
  return tensorValues(held)[0];
}

function fail(node: Node, reason: string): never {
  throw new Error(`${nodeLabel(node)}: ${reason}`);
}
