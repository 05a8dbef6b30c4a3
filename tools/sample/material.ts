/** What surfaces are made of. */
import type { Vec3 } from './vector.js';

/** A place on a surface. */
export interface Spot {
  /** Where in the scene, in centimetres. */
  readonly point: Vec3;
  /** Where on the surface, each from 0 to 1. */
  readonly u: number;
  readonly v: number;
}

export interface Material {
  /** The share of the light that is scattered, for each colour. */
  readonly colour: (spot: Spot) => Vec3;
  /** What is added to the normal: how the surface is uneven. */
  readonly relief?: (spot: Spot) => Vec3;
  /** A clear coat, as of glaze or wax. */
  readonly coat?: {
    /** The share of the light that it mirrors where one looks at it straight on: 0.04 is glass. */
    readonly mirrors: number;
    /** 0 mirrors sharply, 1 hardly at all. */
    readonly roughness: number;
  };
  /** The share of the scattered light that leaves on the other side, as through a petal. */
  readonly translucency?: number;
}
