import { describe, expect, test } from '@jest/globals';
import { type SimulatedFarm, simulate } from '../../tools/farm-simulation/simulate.js';

const farm = (more: Partial<SimulatedFarm>) => simulate({ workers: 1, jobs: 10, seconds: [2], seed: 1, ...more });

describe('a farm in simulated time', () => {
  test.each<[string, Partial<SimulatedFarm>, number]>([
    ['one worker does one job after the other', {}, 20],
    ['three workers do ten in four turns', { workers: 3 }, 8],
    ['more workers than jobs are idle', { workers: 100 }, 2],
    ['there is nothing to do', { jobs: 0 }, 0],
    // The slow one has 0 to 6, the other 0 to 2, 4, 6.
    ['one of two is slow', { workers: 2, jobs: 4, stragglers: { share: 0.5, factor: 3 } }, 6],
    ['Redis takes half of its time before, half after', { redis: { perJob: 1, perWorker: 0 } }, 30],
    ['Redis is the limit', { workers: 1000, jobs: 1000, seconds: [0], redis: { perJob: 0.1, perWorker: 0 } }, 100],
    ['signs of life take of its time', { seconds: [0], redis: { perJob: 1, perWorker: 0.5 } }, 20],
  ])('%s', (_, more, seconds) => {
    expect(farm(more).seconds).toBeCloseTo(seconds, 9);
  });

  test('says how busy Redis is, and what throughput is', () => {
    const end = farm({ redis: { perJob: 1, perWorker: 0.25 } });
    // 1 / (1 - .25) for each job, and 2 s of drawing.
    expect(end.seconds).toBeCloseTo(10 * (2 + 4 / 3), 9);
    expect(end.redisBusy).toBeCloseTo(10 / end.seconds + 0.25, 9);
    expect(end.jobsPerSecond).toBeCloseTo(10 / end.seconds, 9);
    expect(() => farm({ redis: { perJob: 0, perWorker: 1 } })).toThrow(/signs of life/);
  });

  test('a job whose worker dies is drawn on by another: all are done, and deaths cost what they cost', () => {
    const deaths = { chance: 0.1, lease: 0, lost: 0, restart: 0 };
    // Nothing is lost: it is as if nobody had died.
    const free = farm({ jobs: 1000, deaths });
    expect(free.seconds).toBeCloseTo(2000, 6);
    // One of ten attempts, and each death makes another attempt: 1000 · .1 / .9, give or take three standard deviations.
    expect(Math.abs(free.deaths - 111)).toBeLessThan(35);
    const dear = farm({ jobs: 1000, deaths: { ...deaths, restart: 5 } });
    expect(dear.seconds).toBeCloseTo(2000 + 5 * dear.deaths, 6);
    // The last one waits for its lease.
    const late = farm({ jobs: 1, seed: 3, deaths: { ...deaths, chance: 0.5, lease: 30 } });
    expect(late.seconds).toBeCloseTo(2 + 30 * late.deaths, 6);
  });

  test('the same seed is the same farm', () => {
    const more = { workers: 7, jobs: 100, seconds: [1, 2, 5], deaths: { chance: 0.2, lease: 3, lost: 1, restart: 2 } };
    expect(farm(more)).toEqual(farm(more));
    expect(farm({ ...more, seed: 2 })).not.toEqual(farm(more));
  });
});
