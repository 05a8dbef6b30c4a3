/** Some rows of a terminal. */
export interface Block {
  readonly rows: number;
  /** Written at the beginning of its first row, it fills them, and leaves the cursor at the beginning of the row below. */
  readonly text: string;
}

/** How large it may be, in characters. */
export interface Room {
  readonly columns: number;
  readonly rows: number;
}
