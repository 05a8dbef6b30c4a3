/** Numbers of a preset that may change over a phase. */
import { z } from 'zod';
import { orMissing, strictObject } from '../../validation.js';

/** A number, or one that goes from one to another over a phase. */
export const changing = (number: z.ZodNumber, what: string) =>
  z.union([number, strictObject({ from: number, to: number, decay: z.enum(['cosine', 'linear']) })], {
    error: orMissing(`expected ${what} number or {"from": …, "to": …, "decay": "cosine" or "linear"}`),
  });

export type Changing = z.output<ReturnType<typeof changing>>;
