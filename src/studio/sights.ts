/** What the network saw, as pages are told it, with its pictures in memory for as long as somebody may look at them. */
import type { Sight } from '../jobs/looking.js';
import { newId } from './uploads.js';

/** How many sights are kept: those that a person goes to and fro between, in a few pages. */
const mostSights = 12;

export class Sights {
  /** The pictures of each by its id, those that were kept last at the end. */
  readonly #kept = new Map<string, readonly Buffer[]>();

  /** Keeps the pictures of a sight. @returns the sight, with addresses in their place. */
  keep({ layer, count, shown }: Sight): object {
    const id = newId();
    const pictures: Buffer[] = [];
    const address = (picture: Buffer): string => `sights/${id}/${pictures.push(picture) - 1}`;
    const addressed = <T extends { readonly picture: Buffer }>({ picture, ...rest }: T) => ({
      ...rest,
      picture: address(picture),
    });
    const told =
      shown.kind === 'layer'
        ? { gram: address(shown.gram), channels: shown.channels.map(addressed) }
        : {
            ...{ figures: shown.figures, map: address(shown.map), liked: addressed(shown.liked) },
            patches: shown.patches.map(addressed),
          };
    this.#kept.set(id, pictures);
    for (const oldest of [...this.#kept.keys()].slice(0, -mostSights)) this.#kept.delete(oldest);
    return { layer, count, ...told };
  }

  /** A PNG; undefined where it is not kept any more. */
  get(id: string, index: number): Buffer | undefined {
    return this.#kept.get(id)?.[index];
  }
}
