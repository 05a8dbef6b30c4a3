/** The sample picture: a still life in the light of a window. */
import { book } from './books.js';
import type { View } from './camera.js';
import { hex } from './color.js';
import { cup, jug } from './crockery.js';
import { bouquet } from './flowers.js';
import { apple } from './fruit.js';
import { cloth } from './linen.js';
import { room } from './room.js';
import { placed, type Surface } from './surface.js';

/** What stands on the table, whose top is at a height of 0. */
export function stillLife(): Surface[] {
  return [
    ...room,
    ...placed(jug, [-9, 0, -7], -12),
    ...placed(bouquet(), [-9, 21.5, -7]),
    ...placed(book([24, 3.4, 16], hex('#4b7069')), [20, 0, -13], 9),
    ...placed(book([20, 2.6, 14], hex('#a9523a')), [20.5, 3.4, -12.4], -6),
    ...placed(cup, [20, 6, -12], -20),
    ...placed(apple({ radius: 4, axis: [0.15, 1, 0.2], redness: 0.95, seed: 1 }), [4.4, 0, 4]),
    ...placed(apple({ radius: 3.7, axis: [-0.2, 1, 0.1], redness: 0.62, seed: 2 }), [15.4, 0, 2.2]),
    ...placed(apple({ radius: 3.6, axis: [0.75, 0.45, 0.8], redness: 0.85, seed: 3 }), [11.4, 0, 11]),
    ...placed(cloth, [-18, 0, 16.5], 14),
  ];
}

export const view: View = { eye: [2, 33, 104], target: [1.5, 17, 0], width: 0.65, focus: 104, aperture: 1.3 };
