/**
 * The order of test files. Where there are no times of an earlier run, jest goes by their sizes, and would come to small ones that take a
 * minute at the very end, while other processors have nothing left to do.
 */
import { createRequire } from 'node:module';
import type jest from '@jest/test-sequencer';

// As a CommonJS module, which is what its types are of.
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as typeof jest;

type Test = Parameters<jest.default['sort']>[0][number];

/** The small ones that take longest. */
const long =
  /\/(?:golden\/(?:golden|strokes|webgpu)|(?:drawing|training)\/webgpu|tools\/(?:backend-gradients|gpu-check|torture)|training\/digits|drawing\/(?:peak|reference))\.test\.js$/;

export default class LongestFirst extends Sequencer {
  override sort(tests: Test[]): Test[] {
    const isLong = ({ path }: Test) => long.test(path.replaceAll('\\', '/'));
    const sorted = super.sort(tests) as Test[];
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
