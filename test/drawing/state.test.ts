import { describe, expect, test } from '@jest/globals';
import { DrawingState } from '../../src/drawing/state.js';
import { cpu } from '../../src/runtime/provider.js';
import { Tensor } from '../../src/runtime/session.js';

const open = () => DrawingState.open({ canvas: { start: 'black', lower: 'black', upper: 'white' } }, 2, 3, cpu);
const tensor = (value: number) => new Tensor('float32', new Float32Array(18).fill(value), [1, 3, 2, 3]);

describe('the state of a drawing', () => {
  test('begins with blank paper and no steps', async () => {
    const state = await open();
    expect(state.steps).toBe(0);
    expect((await state.readCanvas()).slice(0, 7)).toEqual(
      Float32Array.of(...Array(6).fill(-103.939), -116.779) as Float32Array,
    );
    expect(state.expAvg.data).toEqual(new Float32Array(18));
    expect(state.expAvgSq.data).toEqual(new Float32Array(18));
  });

  test('a step replaces the tensors and frees the old ones', async () => {
    const state = await open();
    const before = [state.pixels, state.expAvg, state.expAvgSq];
    state.moveOn({ pixels: tensor(1), expAvg: tensor(2), expAvgSq: tensor(3) });
    expect(before.map(({ location }) => location)).toEqual(['none', 'none', 'none']);
    expect([state.pixels, state.expAvg, state.expAvgSq].map(({ data }) => data[0])).toEqual([1, 2, 3]);
    expect(state.steps).toBe(1);
  });

  test('a new optimizer leaves the canvas', async () => {
    const state = await open();
    state.moveOn({ pixels: tensor(1), expAvg: tensor(2), expAvgSq: tensor(3) });
    state.resetOptimizer();
    expect([state.pixels, state.expAvg, state.expAvgSq].map(({ data }) => data[0])).toEqual([1, 0, 0]);
    expect(state.steps).toBe(0);
  });

  test('a canvas that was read stays as it is', async () => {
    const state = await open();
    const canvas = await state.readCanvas();
    await state.keep();
    await state.release();
    expect(canvas).toHaveLength(18);
    expect(canvas[0]).toBe(Math.fround(-103.939));
    expect(state.pixels.location).toBe('none');
  });
});
