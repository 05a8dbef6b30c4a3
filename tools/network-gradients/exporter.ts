/** The process of reference.py: a network's name in, its files and a line of JSON out. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What reference.py says of a network that it exported. */
export interface Exported {
  readonly loss: number;
  /** How far float32 autograd may be from float64: relative L2 of all inputs' gradients, and of all parameters'. */
  readonly inputs: number;
  readonly parameters: number;
  /** Whether it has sides that are left open. */
  readonly dynamic: boolean;
  readonly opset: number;
}

export interface Exporter {
  /** The names of all networks. */
  names(): Promise<string[]>;
  /**
   * Writes NAME.onnx and NAME.safetensors into the folder; or says why there is no such export.
   * @param draw of its random weights and inputs. Default: 0.
   */
  export(name: string, draw?: number): Promise<Exported | { readonly error: string }>;
  close(): void;
}

/** Starts a python with PyTorch that exports into a folder. */
export function startExporter(python: string, folder: string): Exporter {
  const script = fileURLToPath(new URL('../../../tools/network-gradients/reference.py', import.meta.url));
  const child = spawn(python, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (name: string, draw = 0) => {
    child.stdin.write(`${name} ${draw}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`reference.py ended at ${name}, with ${child.exitCode ?? (await once(child, 'exit'))}`);
    return JSON.parse(value);
  };
  return { names: () => ask('list'), export: ask, close: () => child.stdin.end() };
}
