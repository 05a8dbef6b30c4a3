/** A tensor in a file, of which nothing but the description has been read. */
export interface StoredTensor {
  readonly shape: readonly number[];
  /** Whether its elements are floats that {@link read} can read. */
  readonly isFloat: boolean;
  /** Its elements, row-major, as float32. The caller has checked the shape: this allocates what it says. */
  read(): Float32Array;
}
