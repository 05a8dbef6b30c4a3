/** Apples. */
import { hex } from './color.js';
import type { Material, Spot } from './material.js';
import { bumps, fractal, valueNoise } from './noise.js';
import { moved, rested, rod, type Surface, tilted, turned } from './surface.js';
import { mix, scale, smoothstep, type Vec3 } from './vector.js';

const noise = valueNoise(37);
const cloudy = fractal(noise, 4);
const stalk: Material = {
  colour: ({ v }) => mix(hex('#4d3a22'), hex('#8a6b3f'), v),
  relief: ({ point }) => bumps(noise, point, 0.15, 0.3),
};

export interface Apple {
  /** In centimetres, where it is widest. */
  readonly radius: number;
  /** Where its stalk points. */
  readonly axis: Vec3;
  /** From 0, all green, to 1, all red. */
  readonly redness: number;
  /** Another number is another apple of its kind. */
  readonly seed: number;
}

/** An apple that lies on a height of 0 at the origin. */
export function apple({ radius, axis, redness, seed }: Apple): Surface[] {
  const profile = Array.from({ length: 33 }, (_, i) => appleProfile((Math.PI * i) / 32));
  const body = moved([turned(profile, skin(redness, seed), 72)], ([x, y, z]) => {
    // Five humps around the lower end, and no apple is round.
    const humps = 1 + 0.035 * smoothstep(0.3, -0.9, y) * Math.cos(5 * Math.atan2(z, x) + seed);
    const uneven = humps * (1 + 0.05 * noise(0.8 * x + 9 * seed, 0.8 * y, 0.8 * z));
    return [x * uneven, y * (1 + 0.04 * noise(0.7 * x, 3, 0.7 * z + seed)), z * uneven];
  });
  const stem: readonly Vec3[] = [
    [0, 0.45, 0],
    [0.02, 0.75, 0.01],
    [0.12, 1.0, 0.04],
    [0.24, 1.16, 0.08],
  ];
  const twig = rod(stem, (v) => [0.035 + 0.03 * v ** 4, 0.035 + 0.03 * v ** 4], stalk, { columns: 8, rows: 12 });
  return rested(
    tilted(
      moved([...body, twig], (point) => scale(point, radius)),
      axis,
    ),
    0,
  );
}

/** Radius and height of the outline of an apple one unit wide, from the lower end (0) to the upper one (π). */
function appleProfile(angle: number): readonly [number, number] {
  const radius = Math.sin(angle) * (1 - 0.1 * Math.cos(angle));
  const dent =
    Math.cos(angle) > 0 ? 0.2 * Math.exp(-((radius / 0.32) ** 2)) : -0.36 * Math.exp(-((radius / 0.36) ** 2));
  return [Math.max(0.002, radius), -0.9 * Math.cos(angle) + dent];
}

/** `v` runs from the lower end to the stalk. */
function skin(redness: number, seed: number): Material {
  const [green, yellow] = [hex('#b9b443'), hex('#dcb95a')];
  const [red, dark] = [hex('#b5332a'), hex('#7c1a1f')];
  const around = (u: number): [number, number] => [Math.cos(2 * Math.PI * u), Math.sin(2 * Math.PI * u)];
  return {
    colour: ({ u, v }: Spot) => {
      const [x, z] = around(u);
      const ground = mix(green, yellow, 0.5 + 0.5 * cloudy(x + seed, 2 * v, z));
      // Red where the sun was, in streaks from end to end.
      const blush = cloudy(0.7 * x + 5 * seed, 1.1 * v, 0.7 * z) + 0.5 * x;
      const streaks = cloudy(9 * x, 1.2 * v + seed, 9 * z);
      const depth = smoothstep(0.9, -0.3, 1.6 * (1 - redness) - 0.55 * blush - 0.5 * streaks);
      const flesh = mix(ground, mix(red, dark, smoothstep(-0.1, 0.7, streaks + 0.3 * blush)), depth);
      const dots = smoothstep(0.66, 0.78, noise(14 * x * (1.2 - v), 26 * v, 14 * z + seed));
      const dotted = mix(flesh, hex('#e2cf9a'), 0.55 * dots);
      // Russet around the stalk.
      return mix(dotted, hex('#8f7a3c'), 0.8 * smoothstep(0.86, 0.97, v + 0.04 * streaks));
    },
    relief: ({ point }) => bumps(cloudy, point, 0.9, 0.035),
    coat: { mirrors: 0.04, roughness: 0.13 },
  };
}
