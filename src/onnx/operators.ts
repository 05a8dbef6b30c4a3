/** The standard operators as functions, so that a formula in nodes reads like the formula. */
import type { Graph } from './graph.js';
import type { Attributes, Value } from './node.js';
import { areKnown, areSame, isOpen, isSame, product, quotient, type Side, type Sides } from './sides.js';
import { type DType, dtypeNumber, type Shape, type ValueType } from './tensor.js';

/** What a formula is written with: a value, or a number (that of an open side, too) that takes the type of the value beside it. */
export type Operand = Value | Side;

export class Operators {
  constructor(readonly graph: Graph) {}

  add = (a: Operand, b: Operand): Value => this.#binary('Add', a, b);
  sub = (a: Operand, b: Operand): Value => this.#binary('Sub', a, b);
  mul = (a: Operand, b: Operand): Value => this.#binary('Mul', a, b);
  div = (a: Operand, b: Operand): Value => this.#binary('Div', a, b);
  pow = (a: Operand, b: Operand): Value => this.#binary('Pow', a, b);
  min = (a: Operand, b: Operand): Value => this.#binary('Min', a, b);
  max = (a: Operand, b: Operand): Value => this.#binary('Max', a, b);
  equal = (a: Operand, b: Operand): Value => this.#binary('Equal', a, b);
  greater = (a: Operand, b: Operand): Value => this.#binary('Greater', a, b);
  less = (a: Operand, b: Operand): Value => this.#binary('Less', a, b);
  and = (a: Value, b: Value): Value => this.graph.add('And', [a, b]);
  not = (x: Value): Value => this.graph.add('Not', [x]);
  abs = (x: Value): Value => this.graph.add('Abs', [x]);
  neg = (x: Value): Value => this.graph.add('Neg', [x]);
  sign = (x: Value): Value => this.graph.add('Sign', [x]);
  log = (x: Value): Value => this.graph.add('Log', [x]);
  sqrt = (x: Value): Value => this.graph.add('Sqrt', [x]);
  exp = (x: Value): Value => this.graph.add('Exp', [x]);
  floor = (x: Value): Value => this.graph.add('Floor', [x]);
  sin = (x: Value): Value => this.graph.add('Sin', [x]);
  cos = (x: Value): Value => this.graph.add('Cos', [x]);
  erf = (x: Value): Value => this.graph.add('Erf', [x]);
  relu = (x: Value): Value => this.graph.add('Relu', [x]);
  sigmoid = (x: Value): Value => this.graph.add('Sigmoid', [x]);
  tanh = (x: Value): Value => this.graph.add('Tanh', [x]);

  round = (x: Value): Value => this.graph.add('Round', [x]);

  clip(x: Value, least: number, greatest: number): Value {
    const dtype = this.graph.dtype(x);
    return this.graph.add('Clip', [x, this.#scalar(least, dtype), this.#scalar(greatest, dtype)]);
  }

  where(condition: Value, a: Operand, b: Operand): Value {
    const [left, right] = this.#operands(a, b);
    return this.graph.add('Where', [condition, left, right]);
  }

  matMul = (a: Value, b: Value): Value => this.graph.add('MatMul', [a, b]);

  cast = (x: Value, dtype: DType): Value => this.graph.add('Cast', [x], { to: dtypeNumber(dtype) });

  /** Reshapes; a side of -1 is what is left. */
  reshape(x: Value, shape: Sides): Value {
    const from = this.graph.sides(x);
    if (areSame(shape, from)) return x;
    if (!areKnown(shape)) return this.#reshapeOpen(x, shape);
    // A side of 0 would be the input's.
    return this.graph.add('Reshape', [x, this.#ints(shape)], shape.includes(0) ? { allowzero: 1 } : {});
  }

  /** Mostly a constant says it: 0 stands for the input's side at the same axis, and -1 for what is left. */
  #reshapeOpen(x: Value, shape: Sides): Value {
    const { dtype, shape: from } = this.graph.valueType(x);
    const kept = shape.includes(0)
      ? shape
      : shape.map((side, axis) => (isOpen(side) && isSame(side, from[axis] ?? 1) ? 0 : side));
    const open = kept.filter(isOpen);
    const isOneLeft = open.length === 1 && !kept.includes(-1);
    const wanted = isOneLeft ? kept.map((side) => (isOpen(side) ? -1 : side)) : kept;
    const left = shape.indexOf(-1);
    const rest = product(shape.filter((_, axis) => axis !== left));
    const type = { dtype, shape: left < 0 ? shape : shape.with(left, quotient(product(from), rest)) };
    const attributes = shape.includes(0) ? { allowzero: 1 } : {};
    return this.graph.node('Reshape', [x, this.#ints(wanted)], { attributes, types: [type] })[0]!;
  }

  /** Axis i of the result is axis `order[i]` of x. */
  transpose(x: Value, order: readonly number[]): Value {
    const same = order.every((axis, i) => axis === i);
    return same ? x : this.graph.add('Transpose', [x], { perm: order });
  }

  /** Swaps the last two axes. */
  transposeMatrix(x: Value): Value {
    const rank = this.graph.sides(x).length;
    return this.transpose(x, [...Array(rank - 2).keys(), rank - 1, rank - 2]);
  }

  expand(x: Value, shape: Sides): Value {
    const { dtype, shape: from } = this.graph.valueType(x);
    if (areSame(shape, from)) return x;
    const isWider = shape.length > from.length || shape.some((side, axis) => side !== 1 && from[axis] === 1);
    // Other formulas of the same number.
    if (!isWider && !areKnown([...shape, ...from])) return x;
    // An open side that the input has already stays with a 1.
    const wanted = shape.map((side, axis) =>
      isOpen(side) && isSame(side, from.at(axis - shape.length) ?? 1) ? 1 : side,
    );
    const options = areKnown(shape) ? {} : { types: [{ dtype, shape }] };
    return this.graph.node('Expand', [x, this.#ints(wanted)], options)[0]!;
  }

  zeros({ dtype, shape }: ValueType): Value {
    return this.expand(this.#scalar(0, dtype), shape);
  }

  /** 0, 1, … as many as are said. */
  range(count: Side, dtype: 'int32' | 'int64'): Value {
    if (!isOpen(count)) return this.graph.constant(dtype, [...Array(count).keys()]);
    const [start, step] = [0, 1].map((number) => this.#scalar(number, dtype)) as [Value, Value];
    const types = [{ dtype, shape: [count] }];
    return this.graph.node('Range', [start, this.#scalar(count, dtype), step], { types })[0]!;
  }

  /** Ones on the diagonal of a square. */
  identity(side: Side, dtype: DType): Value {
    const places = this.range(side, 'int64');
    return this.cast(this.equal(this.reshape(places, [side, 1]), places), dtype);
  }

  concat = (values: readonly Value[], axis: number): Value => this.graph.add('Concat', values, { axis });

  /** Elements `starts` (included) to `ends` (left out) along some axes, with the bounds of ONNX's Slice. */
  slice(
    x: Value,
    { starts, ends, axes, steps }: { starts: Sides; ends: Sides; axes: Shape; steps?: Shape | undefined },
  ): Value {
    const inputs = [x, ...[starts, ends, axes].map((list) => this.#ints(list))];
    return this.graph.add('Slice', steps ? [...inputs, this.#ints(steps)] : inputs);
  }

  /** Rows of x, along its first axis or another one; where `rows` has several axes, they take the place of that. */
  gather = (x: Value, rows: Value, axis = 0): Value => this.graph.add('Gather', [x, rows], { axis });

  /** Reverses the order of elements along some axes. */
  flip(x: Value, axes: readonly number[]): Value {
    // Any bound before the first element would do; ONNX clamps it.
    const ends = axes.map((axis) => {
      const side = this.graph.sides(x)[axis]!;
      return isOpen(side) ? 1 - 2 ** 31 : -side - 1;
    });
    return this.slice(x, { starts: axes.map(() => -1), ends, axes, steps: axes.map(() => -1) });
  }

  /** Adds (or, where negative, cuts off) elements before and after every axis. */
  pad(x: Value, begins: Sides, ends: Sides, value = 0): Value {
    if (![...begins, ...ends].some((count) => count !== 0)) return x;
    return this.graph.add('Pad', [x, this.#ints([...begins, ...ends]), this.#scalar(value, this.graph.dtype(x))]);
  }

  reduceSum(x: Value, axes: readonly number[], keepDims: boolean): Value {
    if (axes.length === 0) return x;
    return this.graph.add('ReduceSum', [x, this.#ints(axes)], { keepdims: keepDims ? 1 : 0 });
  }

  reduceMax = (x: Value, axes: readonly number[], keepDims: boolean): Value =>
    this.#reduce('ReduceMax', x, axes, keepDims);

  reduceSumSquare = (x: Value, axes: readonly number[], keepDims: boolean): Value =>
    this.#reduce('ReduceSumSquare', x, axes, keepDims);

  /** From operator set 18 on their axes are an input, as those of ReduceSum. */
  #reduce(opType: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
    const keepdims = keepDims ? 1 : 0;
    if (this.graph.opset < 18) return this.graph.add(opType, [x], { axes, keepdims });
    return this.graph.add(opType, [x, this.#ints(axes)], { keepdims });
  }

  /** Cuts x along an axis into parts of equal sides. */
  split(x: Value, axis: number, parts: number): Value[] {
    const outputs = Array.from({ length: parts }, () => this.graph.unusedName('Split_output'));
    return this.graph.node('Split', [x], { attributes: { axis }, outputs });
  }

  /** The mean over some axes. Not ReduceMean, whose form depends on the operator set. */
  reduceMean(x: Value, axes: readonly number[], keepDims: boolean): Value {
    const shape = this.graph.sides(x);
    return this.div(this.reduceSum(x, axes, keepDims), product(axes.map((axis) => shape[axis]!)));
  }

  conv = (x: Value, kernel: Value, attributes: Attributes): Value => this.graph.add('Conv', [x, kernel], attributes);

  convTranspose = (x: Value, kernel: Value, attributes: Attributes): Value =>
    this.graph.add('ConvTranspose', [x, kernel], attributes);

  #binary(opType: string, a: Operand, b: Operand): Value {
    return this.graph.add(opType, this.#operands(a, b));
  }

  #operands(a: Operand, b: Operand): [Value, Value] {
    const typed = typeof a === 'string' ? a : b;
    if (typeof typed !== 'string') throw new Error('one operand has to be a value');
    const dtype = this.graph.dtype(typed);
    const value = (operand: Operand) => (typeof operand === 'string' ? operand : this.#scalar(operand, dtype));
    return [value(a), value(b)];
  }

  #scalar(value: Side, dtype: DType): Value {
    return isOpen(value) ? this.graph.openValues.scalar(value, dtype) : this.graph.constant(dtype, [value], []);
  }

  #ints(values: Sides): Value {
    return this.graph.openValues.list(values);
  }
}
