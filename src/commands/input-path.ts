/** Paths of files that are read, as arguments and options give them. */
import { z } from 'zod';
import { whyNoPath } from './addresses.js';

export const inputPath = z
  .string()
  .min(1)
  .superRefine((given, context) => {
    const reason = whyNoPath(given);
    if (reason !== undefined) context.addIssue(reason);
  });
