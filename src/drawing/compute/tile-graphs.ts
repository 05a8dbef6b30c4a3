/**
 * The graphs of an iteration in tiles. Where all terms are sums over positions one graph, that of a tile, does it. Terms that are functions
 * of sums take two more: the tiles' sums are added up first, then their value and its gradient by the sums are computed once, and that
 * gradient goes back through each tile.
 */
import type { Size } from '../../image/picture.js';
import { activationCount } from '../../networks/network.js';
import { additiveTerms, appendTerms, layersOf, type Objective, termsOfSums } from '../../objectives/objective.js';
import type { Term, TermContext } from '../../objectives/term.js';
import { differentiate, Graph, Operators, type Value } from '../../onnx/index.js';
import { contextOf, countingIn, type GraphForm, look, outputLosses, type Site } from './graphs.js';

/** The sum of a term, among the inputs and outputs of graphs. */
export const sumName = ({ name }: Term): string => `sum of ${name}`;

/** The gradient by that sum. */
export const sumGradientName = (term: Term): string => `${sumName(term)}_grad`;

/**
 * A tile's part of the loss and of its gradient by the canvas. Inputs: `canvas`, `counted …` for what terms sum over, the goals, and the
 * gradients by sums; outputs: the losses of the terms that are sums over positions, and `canvas_grad`. `loss`, which is differentiated, is
 * a part of the loss only where there are no other terms.
 * @param whole the size of the whole picture; the site has that of the tile.
 */
export function tileGraph(site: Site, whole: Size, objective: Objective, form: GraphForm = {}): Graph {
  const { graph, canvas, context } = beginTile('tile_model', site, whole, objective, layersOf(objective), form);
  const { o } = context;
  const losses = appendTerms(additiveTerms(objective), context, () => undefined);
  // ⟨sum, gradient by it⟩, in which the gradient is constant, has the gradient by the canvas that the term has.
  const products = termsOfSums(objective).map((term) => {
    const sum = term.sum!(context);
    const shape = graph.shape(sum);
    const gradient = graph.input(sumGradientName(term), 'float32', shape);
    return o.reduceSum(o.mul(sum, gradient), [...shape.keys()], false);
  });
  const loss = [...Object.values(losses), ...products].reduce((sum, value) => o.add(sum, value));
  const [gradient] = differentiate(graph, { of: loss, wrt: [canvas], target: form.target });
  outputLosses(graph, loss, losses, objective.terms.length === 1);
  graph.output(gradient!, 'canvas_grad');
  return graph;
}

/** A tile's part of the sums that terms are functions of. Inputs: `canvas` and `counted …`; outputs: the sums. */
export function tileSumsGraph(site: Site, whole: Size, objective: Objective, form: GraphForm = {}): Graph {
  const terms = termsOfSums(objective);
  const { graph, context } = beginTile('tile_sums_model', site, whole, objective, layersOf({ terms }), form);
  for (const term of terms) graph.output(term.sum!(context), sumName(term));
  return graph;
}

/** The sums of all tiles, and goals → the losses of the terms that are functions of them, and the gradients by the sums. */
export function sumsGraph(site: Site, whole: Size, objective: Objective, form: GraphForm = {}): Graph {
  const terms = termsOfSums(objective);
  const shapes = tileSumsGraph(site, whole, objective);
  const graph = new Graph('sums_model');
  const sums = terms.map((term) => graph.input(sumName(term), 'float32', shapes.shape(sumName(term))));
  const nothing = {
    canvas: '',
    parameters: {},
    activations: new Map(),
    count: () => 0,
    counted: (value: Value) => value,
  };
  const context = contextOf(graph, site, objective, nothing);
  const losses = appendTerms(terms, context, (term) => sums[terms.indexOf(term)]);
  const loss = Object.values(losses).reduce((sum, value) => context.o.add(sum, value));
  const gradients = differentiate(graph, { of: loss, wrt: sums, target: form.target });
  outputLosses(graph, loss, losses, objective.terms.length === 1);
  for (const [i, term] of terms.entries()) graph.output(gradients[i]!, sumGradientName(term));
  return graph;
}

function beginTile(
  name: string,
  site: Site,
  whole: Size,
  objective: Objective,
  layers: readonly string[],
  form: GraphForm,
): { graph: Graph; canvas: Value; context: TermContext } {
  const start = new Graph(name);
  const canvas = start.input('canvas', 'float32', [1, site.medium.space.length, site.height, site.width]);
  const { graph, activations } = look(start, canvas, site.medium.space, site, layers, form);
  const counted = countingIn(new Operators(graph));
  const count = (layer?: string) =>
    layer === undefined
      ? site.medium.space.length * whole.height * whole.width
      : activationCount(site.network, layer, whole);
  const context = contextOf(graph, site, objective, { canvas, parameters: {}, activations, count, counted });
  return { graph, canvas, context };
}
