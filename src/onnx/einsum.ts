/** The equation of an Einsum node, written out: a letter for every axis, those of its ellipsis too. */
import { stringAttribute } from './node.js';
import { broadcastShapes, type ShapeContext, shownSides } from './shapes/context.js';
import type { Side } from './sides.js';

export interface Equation {
  /** The letters of each input's axes. */
  readonly inputs: readonly string[];
  readonly output: string;
  /** The side of each letter; what is 1 in one input broadcasts. */
  readonly sides: ReadonlyMap<string, Side>;
  /** Letters that the equation does not use. */
  readonly unused: readonly string[];
}

const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** @throws Error, naming the node, where the equation is none or does not fit the inputs. */
export function equationOf(c: ShapeContext): Equation {
  const text = stringAttribute(c.node, 'equation', '').replaceAll(/\s/g, '');
  const [left = '', right] = text.split('->');
  const terms = left.split(',');
  if (!/^[a-zA-Z.,]*(->[a-zA-Z.]*)?$/.test(text) || terms.length !== c.node.inputs.length) {
    c.fail('its equation does not fit its inputs');
  }
  const free = letters.filter((letter) => !text.includes(letter));
  const hidden = terms.map((term, i) => (term.includes('...') ? c.rank(i) - (term.length - 3) : 0));
  const most = Math.max(0, ...hidden);
  if (most > free.length) c.fail('its equation has too many axes');
  const ellipsis = free.slice(0, most).join('');
  const inputs = terms.map((term, i) => term.replace('...', ellipsis.slice(most - Math.max(0, hidden[i]!))));
  const sides = new Map<string, Side>();
  inputs.forEach((term, i) => {
    if (term.length !== c.rank(i)) c.fail(`'${terms[i]}' does not fit ${shownSides(c.sides(i))}`);
    [...term].forEach((letter, axis) => {
      const [side, known = 1] = [c.sides(i)[axis]!, sides.get(letter)];
      const [joined] =
        broadcastShapes([[side], [known]]) ?? c.fail(`the axes '${letter}' differ: ${known} and ${side}`);
      sides.set(letter, joined!);
    });
  });
  const once = [...new Set(left)].filter((letter) => /[a-zA-Z]/.test(letter) && left.split(letter).length === 2);
  const output = (right ?? `...${once.sort().join('')}`).replace('...', ellipsis);
  if ([...output].some((letter) => !sides.has(letter))) c.fail('its equation gives axes that no input has');
  return { inputs, output, sides, unused: free.slice(most) };
}
