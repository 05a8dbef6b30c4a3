import { expect, test } from '@jest/globals';
import {
  byteLength,
  type DType,
  dtypeNumber,
  dtypeOf,
  tensor,
  tensorFromProto,
  tensorToProto,
  tensorValues,
} from '../../src/onnx/tensor.js';

test.each<[DType, number[]]>([
  ['float32', [0.5, -2, Number.POSITIVE_INFINITY, 1e-40]],
  ['float64', [0.1, -1e300]],
  ['int64', [-1, 2 ** 53 - 1]],
  ['int32', [-7, 7]],
  ['uint8', [0, 255]],
  ['bool', [1, 0]],
])('%s values go into bytes and come back', (dtype, values) => {
  const made = tensor(dtype, values, [values.length]);
  expect(tensorValues(made).map((value) => (dtype === 'float32' ? Math.fround(value) : value))).toEqual(
    values.map((value) => (dtype === 'float32' ? Math.fround(value) : value)),
  );
  expect(byteLength(made)).toBe((made.data as Uint8Array).length);
  expect(tensorFromProto(tensorToProto('x', made))).toEqual(made);
});

test('the older form of a TensorProto, a list of numbers, is read', () => {
  expect(
    tensorValues(tensorFromProto({ name: 'x', dims: [2], dataType: dtypeNumber('float32'), floatData: [1, 2] })),
  ).toEqual([1, 2]);
  expect(
    tensorValues(tensorFromProto({ name: 'x', dims: [2], dataType: dtypeNumber('int64'), int64Data: [3, -4] })),
  ).toEqual([3, -4]);
});

test('an external tensor keeps its place', () => {
  const external = { dtype: 'float32', shape: [2, 3], data: { location: 'weights', offset: 64, length: 24 } } as const;
  expect(tensorFromProto(tensorToProto('x', external))).toEqual(external);
  expect(() => tensorValues(external)).toThrow('not loaded');
});

test('what does not fit is refused', () => {
  expect(() => tensor('float32', [1, 2, 3], [2, 2])).toThrow('3 values do not fill');
  expect(() => tensorFromProto({ name: 'x', dims: [3], dataType: 1, rawData: new Uint8Array(8) })).toThrow('12 bytes');
  expect(() => dtypeOf(8)).toThrow('element type 8');
});
