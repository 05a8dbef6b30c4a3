/** Whether a provider computes all that a network from a file, its gradient and the drawing take. */
import { InputError } from '../../errors.js';
import { isApart } from '../../media/medium.js';
import { shownName } from '../../one-line.js';
import { type Node, type Target, unsupportedNodes } from '../../onnx/index.js';
import type { Phase } from '../phase.js';
import { canvasGradientGraph, iterationGraph, type Site } from './graphs.js';

/** @throws InputError for what the provider has no kernel for: it names the operators, and what the first of them gives. */
export function checkKernels(site: Site, phases: readonly Phase[], target: Target, provider: string): void {
  const nodes = phases.flatMap((phase) => unsupportedIn(site, phase, target));
  const [first] = nodes;
  if (!first) return;
  const operators = [...new Set(nodes.map(({ opType }) => shownName(opType)))].join(', ');
  throw new InputError(
    `${provider} does not compute all of ${shownName(site.network.name)} and its gradient: it has no ${operators} as there (at '${shownName(first.outputs[0]!)}'); choose the provider cpu`,
    { field: 'provider' },
  );
}

function unsupportedIn(site: Site, phase: Phase, target: Target): Node[] {
  const graph = isApart(site.medium)
    ? canvasGradientGraph(site, phase.objective, { target })
    : iterationGraph(site, phase, 'photo', { target });
  return unsupportedNodes(graph, target);
}
