/** What a drawing leaves to the next one that is computed with the same network: transformed kernels, and sessions. */
import type { InferenceSession, Tensor } from '../../runtime/session.js';
import type { TransformedKernels } from './transformed-kernels.js';

/** A session, and what its graph is given in every run whatever is drawn. */
export interface OpenGraph {
  /** The names of what a run is given besides. */
  readonly inputs: readonly string[];
  readonly session: InferenceSession;
  readonly fixed: Readonly<Record<string, Tensor>>;
}

/** Opens a graph, or gives the one that was opened under that name. */
export type KeepGraph = (name: string, open: () => Promise<OpenGraph>) => Promise<OpenGraph>;

export class KeptSessions {
  readonly #graphs = new Map<string, Promise<OpenGraph>>();
  #kind: string | undefined;

  /** @param kernels of the network, for all drawings. */
  constructor(readonly kernels: TransformedKernels) {}

  /**
   * A drawing begins: it finds what one of its own kind has left, and nothing of another one.
   * @param kind all that its graphs depend on, beside the network. What depends on the photo is an input of them.
   */
  async begin(kind: string): Promise<void> {
    if (kind === this.#kind) return;
    await this.release();
    this.#kind = kind;
  }

  /** @param place tells what is opened in one part of the drawing from the same in others. */
  at(place: string): KeepGraph {
    return (name, open) => {
      const key = `${place}: ${name}`;
      const opened = this.#graphs.get(key) ?? open();
      this.#graphs.set(key, opened);
      return opened;
    };
  }

  async release(): Promise<void> {
    const graphs = [...this.#graphs.values()];
    this.#graphs.clear();
    this.#kind = undefined;
    // They are those of a size.
    this.kernels.tables.clear();
    for (const graph of await Promise.allSettled(graphs))
      if (graph.status === 'fulfilled') await graph.value.session.release();
  }
}
