/**
 * The matrices of Winograd's minimal filtering, F(m×m, 3×3): with n = m + 2, an m×m tile of a convolution's output is
 * Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A for a 3×3 kernel g and the n×n window d of the input that the tile sees.
 * Lavin & Gray 2016, "Fast Algorithms for Convolutional Neural Networks"; the matrices follow from Toom-Cook multiplication of
 * polynomials, which evaluates at n points, multiplies and interpolates, read backwards (the transposition principle).
 */

export type Matrix = readonly (readonly number[])[];

/** In two dimensions, and so over tiles and windows as lists: row-major, the matrices are Kronecker products. */
export interface WinogradTransforms {
  /** Window to transform domain: [n², n²]. */
  readonly input: Matrix;
  /** Transform domain to tile: [m², n²]. */
  readonly output: Matrix;
}

/** Sides of tiles that there are points for. */
export const tileSides = [2, 4] as const;
export type TileSide = (typeof tileSides)[number];

/** n, the side of the windows. */
export const windowSide = (tile: TileSide): number => tile + 2;

/**
 * Where the polynomials are evaluated, infinity last. Small integers keep the matrices exact and their condition good: see
 * Barabasz et al. 2020, "Error Analysis and Improving the Accuracy of Winograd Convolution for Deep Neural Networks".
 */
const points: Readonly<Record<TileSide, readonly number[]>> = {
  2: [0, 1, -1, Number.POSITIVE_INFINITY],
  4: [0, 1, -1, 2, -2, Number.POSITIVE_INFINITY],
};

/** Kernel to transform domain: [n², 9], for a kernel as a list, row-major. */
export function kernelTransform(tile: TileSide): Matrix {
  const side = kernelRows(points[tile]);
  return kronecker(side, side);
}

/** For a convolution with the kernel that {@link kernelTransform} was given. */
export function forwardTransforms(tile: TileSide): WinogradTransforms {
  return twoDimensional(tile, points[tile], interpolation(points[tile]));
}

/**
 * For a convolution with that kernel flipped, as gradients have it, in the same transform domain. A flipped kernel is its
 * polynomial with the coefficients in reverse, x²g(1/x), so its values at the inverse points 1/p are those of g at p over p².
 * These factors, and those by which {@link kernelRows} divides, go into the input's transform.
 */
export function backwardTransforms(tile: TileSide): WinogradTransforms {
  const inverse = points[tile].map((point) => (Object.is(point, 0) ? Number.POSITIVE_INFINITY : 1 / point));
  const rows = interpolation(inverse).map((row, i) => {
    const point = points[tile][i]!;
    const factor =
      (Number.isFinite(point) && point !== 0 ? point ** -2 : 1) * (scales(points[tile])[i]! / scales(inverse)[i]!);
    return row.map((value) => value * factor);
  });
  return twoDimensional(tile, inverse, rows);
}

function twoDimensional(tile: TileSide, at: readonly number[], input: Matrix): WinogradTransforms {
  // Transposed evaluation: a tile's r-th element takes p^r of each point, and of infinity the highest power only.
  const output = [...Array(tile).keys()].map((r) =>
    at.map((point) => (Number.isFinite(point) ? point ** r : Number(r === tile - 1))),
  );
  return { input: kronecker(input, input), output: kronecker(output, output) };
}

/** By what the i-th value of a kernel is divided: the Lagrange polynomial's denominator, ∏(pᵢ − pⱼ). */
function scales(at: readonly number[]): number[] {
  const finite = at.filter(Number.isFinite);
  return at.map((point) =>
    Number.isFinite(point)
      ? finite.reduce((product, other) => (other === point ? product : product * (point - other)), 1)
      : 1,
  );
}

function kernelRows(at: readonly number[]): Matrix {
  return at.map((point, i) =>
    Number.isFinite(point) ? [1, point, point ** 2].map((power) => power / scales(at)[i]!) : [0, 0, 1],
  );
}

/** Transposed interpolation without its denominators: row i has the coefficients of ∏(x − pⱼ) over the other finite points. */
function interpolation(at: readonly number[]): Matrix {
  return at.map((point) => {
    const others = at.filter((other) => Number.isFinite(other) && other !== point);
    const coefficients = others.reduce<number[]>((product, root) => multiplyByRoot(product, root), [1]);
    return at.map((_, power) => coefficients[power] ?? 0);
  });
}

/** A polynomial (coefficients from x⁰ on) times (x − root). */
function multiplyByRoot(polynomial: readonly number[], root: number): number[] {
  return [...polynomial, 0].map((_, power) => (polynomial[power - 1] ?? 0) - root * (polynomial[power] ?? 0));
}

function kronecker(a: Matrix, b: Matrix): Matrix {
  return a.flatMap((rowA) => b.map((rowB) => rowA.flatMap((x) => rowB.map((y) => x * y))));
}
