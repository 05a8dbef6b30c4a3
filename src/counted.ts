/** How many there are of a thing, in words: `1 photo`, `2 photos`. */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
