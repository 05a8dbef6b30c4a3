import { describe, expect, test } from '@jest/globals';
import { DrawingState } from '../../src/drawing/state.js';
import { pixels } from '../../src/media/pixels/pixels.js';
import { adam } from '../../src/onnx/optimizers/adam.js';
import { Tensor } from '../../src/runtime/session.js';
import { wash } from '../support/doubles.js';

const size = { height: 2, width: 3 };
const optimizer = adam({ beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
const open = (medium = pixels({ start: 'black', lower: 'black', upper: 'white' })) => {
  const state = DrawingState.open(medium, size);
  state.begin(optimizer);
  return state;
};
const tensor = (value: number) => new Tensor('float32', new Float32Array(18).fill(value), [1, 3, 2, 3]);
const step = () => ({ parameters: { pixels: tensor(1) }, slots: { exp_avg: tensor(2), exp_avg_sq: tensor(3) } });
const tensorsOf = ({ parameters, slots }: DrawingState) => [...Object.values(parameters), ...Object.values(slots)];

describe('the state of a drawing', () => {
  test('begins with blank paper, empty slots and no steps', async () => {
    const state = open();
    expect(state.steps).toBe(0);
    const { pixels: canvas } = await state.read();
    expect(canvas!.slice(0, 7)).toEqual(Float32Array.of(...Array(6).fill(-103.939), -116.779) as Float32Array);
    expect(state.slots.exp_avg!.data).toEqual(new Float32Array(18));
    expect(state.slots.exp_avg_sq!.data).toEqual(new Float32Array(18));
  });

  test('has slots for each parameter of a medium', () => {
    expect(Object.keys(open(wash).slots)).toEqual([
      'exp_avg of colour',
      'exp_avg_sq of colour',
      'exp_avg of fall',
      'exp_avg_sq of fall',
    ]);
  });

  test('a step replaces the tensors and frees the old ones', () => {
    const state = open();
    const before = tensorsOf(state);
    state.moveOn(step());
    expect(before.map(({ location }) => location)).toEqual(['none', 'none', 'none']);
    expect(tensorsOf(state).map(({ data }) => data[0])).toEqual([1, 2, 3]);
    expect(state.steps).toBe(1);
  });

  test('a new optimizer leaves the canvas', () => {
    const state = open();
    state.moveOn(step());
    state.begin(optimizer);
    expect(tensorsOf(state).map(({ data }) => data[0])).toEqual([1, 0, 0]);
    expect(state.steps).toBe(0);
  });

  test('is taken over to a canvas of another size, with gradients for a mean over as many pixels', async () => {
    const state = open();
    state.moveOn(step());
    await state.resize({ height: 4, width: 6 });
    const { parameters, slots } = state;
    expect(tensorsOf(state).map(({ dims }) => dims)).toEqual(Array(3).fill([1, 3, 4, 6]));
    expect(parameters.pixels!.data).toEqual(new Float32Array(72).fill(1));
    expect(slots.exp_avg!.data).toEqual(new Float32Array(72).fill(2 / 4));
    expect(slots.exp_avg_sq!.data).toEqual(new Float32Array(72).fill(3 / 16));
    expect(state.steps).toBe(1);
    expect((await state.read(size)).pixels).toEqual(new Float32Array(18).fill(1));
  });

  test('a canvas that was read stays as it is', async () => {
    const state = open();
    const { pixels: canvas } = await state.read();
    await state.keep();
    await state.release();
    expect(canvas).toHaveLength(18);
    expect(canvas![0]).toBe(Math.fround(-103.939));
    expect(state.parameters.pixels!.location).toBe('none');
  });

  test('is restored as it was saved', async () => {
    const state = open();
    state.moveOn(step());
    const saved = await state.save();
    expect(saved.slots.exp_avg).toEqual({ shape: [1, 3, 2, 3], values: new Float32Array(18).fill(2) });
    const medium = pixels({ start: 'white', lower: 'black', upper: 'white' });
    const restored = DrawingState.restore(medium, size, saved, optimizer);
    expect(await restored.save()).toEqual(saved);
    // Its optimizer goes over to other sizes with it.
    await restored.resize({ height: 4, width: 6 });
    expect(restored.slots.exp_avg!.data[0]).toBe(2 / 4);
    const other = { height: 3, width: 2 };
    expect(() => DrawingState.restore(medium, other, saved, optimizer)).toThrow(
      'resume: its state does not fit: pixels',
    );
  });
});
