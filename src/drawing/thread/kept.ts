/** What a drawing leaves to the next one in its thread: the network and, where memory allows it, kernels and sessions. */
import { openNetwork } from '../../networks/index.js';
import type { Network } from '../../networks/network.js';
import { KeptSessions } from '../compute/kept-sessions.js';
import { TransformedKernels } from '../compute/transformed-kernels.js';
import type { BeginMessage, WorkerInput } from './messages.js';

interface KeptNetwork extends Pick<WorkerInput, 'model' | 'weights'> {
  readonly opened: Promise<Network>;
}

export class Kept {
  #network: KeptNetwork | undefined;
  #sessions: KeptSessions | undefined;

  /** The network of a drawing that begins: the one that is there, or another one in its place. */
  async network({ network, layers }: BeginMessage): Promise<KeptNetwork> {
    if (network) {
      await this.release();
      this.#network = { ...network, opened: openNetwork(network.model, network.weights, layers) };
      // What is wrong with the weights is said when there is a place, and after it what is wrong with that.
      this.#network.opened.catch(() => {});
    }
    return this.#network!;
  }

  /**
   * The sessions that a drawing with this network finds and leaves.
   * @param kind as {@link KeptSessions.begin} takes it; undefined for one that is to have the memory for itself.
   */
  async sessions(kind: string | undefined): Promise<KeptSessions | undefined> {
    if (kind === undefined) {
      await this.#forgetSessions();
      return undefined;
    }
    this.#sessions ??= new KeptSessions(new TransformedKernels((await this.#network!.opened).externalData));
    await this.#sessions.begin(kind);
    return this.#sessions;
  }

  async release(): Promise<void> {
    await this.#forgetSessions();
    this.#network = undefined;
  }

  async #forgetSessions(): Promise<void> {
    await this.#sessions?.release();
    this.#sessions = undefined;
  }
}
