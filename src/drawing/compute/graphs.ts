/** The graphs of a drawing: parameters → medium → canvas → network → activations → objective → loss and gradient → optimizer → frame. */
import { appendSpace, appendTone } from '../../colour/nodes.js';
import { type ColourSpace, rgb } from '../../colour/spaces.js';
import type { Tone } from '../../colour/tones.js';
import type { Size } from '../../image/picture.js';
import { canvasItself, type Medium, madeInGraph } from '../../media/medium.js';
import type { Network } from '../../networks/network.js';
import { appendObjective, goalsOf, layersOf, type Objective } from '../../objectives/objective.js';
import type { Goal, TermContext } from '../../objectives/term.js';
import {
  differentiate,
  Graph,
  Operators,
  type Shape,
  sizeOf,
  splitRows,
  type Target,
  type Value,
} from '../../onnx/index.js';
import { mapNamed, type Named } from '../../onnx/named.js';
import type { Optimizer } from '../../onnx/optimizers/optimizer.js';
import { type Bands, lastInBands } from '../plan/bands.js';

/** What is drawn with, what looks at it, and how large it is. */
export interface Site extends Size {
  readonly network: Network;
  readonly medium: Medium;
}

/** The form that a graph is written in. */
export interface GraphForm {
  /** The execution provider that gradients are written for. Default: the CPU, whose form others may not compute. */
  readonly target?: Target | undefined;
  /** In what bands the network's beginning is computed. Left out: as a whole. The numbers are the same, the memory is less. */
  readonly bands?: Bands | undefined;
}

/** The name of an input or output that there is one of for each of `names`, and no number of them where there is only one. */
const numbered = (base: string, name: string, names: readonly string[]): string =>
  names.length === 1 ? base : `${base} ${name}`;

/** How a goal is called among the inputs of a graph. */
export const goalInput = (goal: Goal, goals: readonly Goal[]): string =>
  numbered(
    'target',
    goal.name,
    goals.map(({ name }) => name),
  );

/** Which elements of a layer count (or of the canvas, `''`), among the inputs of a tile's graph. */
export const countedInput = (layer: string): string => `counted ${layer}`;

/**
 * The photo → goals: its input is `photo`, float32[1, C, H, W] in the network's space; its outputs have the goals' names.
 * @param whole the size of the whole photo where the site is a tile of it: goals that are sums then have inputs `counted …`, as
 *   {@link tileGraph}.
 */
export function goalsGraph(site: Site, goals: readonly Goal[], form: GraphForm = {}, whole?: Size): Graph {
  const { network, height, width } = site;
  const start = new Graph('goals_model');
  const photo = start.input('photo', 'float32', [1, network.space.length, height, width]);
  const layers = [...new Set(goals.flatMap(({ layer = [] }) => layer))];
  const { graph, activations } = look(start, photo, network.space, site, layers, form);
  const o = new Operators(graph);
  const countedAt = whole ? countingIn(o) : (value: Value) => value;
  for (const { name, layer, make } of goals) {
    const activation = layer === undefined ? appendSpace(graph, photo, network.space, rgb) : activations.get(layer)!;
    const counted = (value: Value) => countedAt(value, layer);
    const count = () => sizeOf(seenFor(network, layer, whole ?? site));
    graph.output(make ? make({ o, activation, counted, count }) : activation, name);
  }
  return graph;
}

/** Values with zeros where another tile counts: times an input of the graph, `counted …`, which is made where it is needed. */
export const countingIn =
  (o: Operators) =>
  (value: Value, layer = ''): Value => {
    const name = countedInput(layer);
    const [, , height, width] = o.graph.shape(value) as [number, number, number, number];
    return o.mul(value, o.graph.has(name) ? name : o.graph.input(name, 'float32', [1, 1, height, width]));
  };

/** The parameters → the canvas, float32[1, C, H, W]. */
export function canvasGraph({ medium, ...size }: Pick<Site, 'medium' | 'height' | 'width'>): Graph {
  const graph = new Graph('canvas_model');
  graph.output(madeInGraph(medium).append(graph, parametersOf(graph, medium, size), size), 'canvas');
  return graph;
}

/** A graph with a loss and its gradient, and no outputs yet. */
export interface Training {
  readonly graph: Graph;
  readonly parameters: Named<Value>;
  readonly loss: Value;
  readonly losses: Named<Value>;
  readonly gradients: Named<Value>;
}

/** The parameters and the goals of an objective → its loss and the gradients of the parameters. */
export function beginTraining(name: string, site: Site, objective: Objective, form: GraphForm = {}): Training {
  const start = new Graph(name);
  const parameters = parametersOf(start, site.medium, site);
  const canvas = madeInGraph(site.medium).append(start, parameters, site);
  const { graph, activations } = look(start, canvas, site.medium.space, site, layersOf(objective), form);
  const count = (layer?: string) =>
    layer === undefined ? sizeOf(graph.shape(canvas)) : sizeOf(graph.shape(activations.get(layer)!));
  const counted = (value: Value) => value;
  const context = contextOf(graph, site, objective, { canvas, parameters, activations, count, counted });
  const { loss, losses } = appendObjective(objective, context);
  const names = Object.keys(parameters);
  const gradients = differentiate(graph, { of: loss, wrt: Object.values(parameters), target: form.target });
  return {
    graph,
    parameters,
    loss,
    losses,
    gradients: Object.fromEntries(names.map((parameter, i) => [parameter, gradients[i]!])),
  };
}

/**
 * Loss, gradient, one step, and the frame.
 *
 * Inputs: the parameters, the goals (`target` where there is one), the optimizer's slots and its scalars. Outputs: `loss`, of the canvas
 * before the step, and where there are several terms `loss` and the term's name for each; parameters and slots after it, named with
 * `_out`; `frame`, uint8[H, W, 3], the canvas after it as R, G, B.
 */
export function iterationGraph(
  site: Site,
  { objective, optimizer }: { readonly objective: Objective; readonly optimizer: Optimizer },
  tone: Tone,
  form: GraphForm = {},
): Graph {
  const { graph, parameters, loss, losses, gradients } = beginTraining('iteration_model', site, objective, form);
  outputLosses(graph, loss, losses);
  appendStep(graph, site, { optimizer, parameters, gradients, tone }, form.target);
  return graph;
}

/**
 * Loss and gradient by the canvas, for a medium that makes its canvas apart from graphs. Inputs: `canvas` and the goals; outputs: the losses,
 * and `canvas_grad`.
 */
export function canvasGradientGraph(site: Site, objective: Objective, form: GraphForm = {}): Graph {
  const given = { ...site, medium: canvasItself(site.medium) };
  const { graph, loss, losses, gradients } = beginTraining('canvas_gradient_model', given, objective, form);
  outputLosses(graph, loss, losses);
  graph.output(gradients.canvas!, 'canvas_grad');
  return graph;
}

/**
 * The step by itself: parameters, `canvas_grad`, slots and scalars → what {@link iterationGraph} gives but for the losses. Where the medium
 * is not the canvas itself its parameters' gradients are made of the canvas' one.
 */
export function stepGraph(site: Omit<Site, 'network'>, optimizer: Optimizer, tone: Tone): Graph {
  const { medium } = site;
  const graph = new Graph('optimizer_model');
  const parameters = parametersOf(graph, medium, site);
  const canvas = madeInGraph(medium).append(graph, parameters, site);
  const given = graph.input('canvas_grad', 'float32', graph.shape(canvas));
  const gradients = medium.isPerPixel ? mapNamed(parameters, () => given) : through(graph, canvas, given, parameters);
  appendStep(graph, site, { optimizer, parameters, gradients, tone }, undefined);
  return graph;
}

/** The step where the parameters' gradients are known: parameters, `… grad` of each, slots and scalars → parameters and slots, no frame. */
export function plainStepGraph({ medium, ...size }: Omit<Site, 'network'>, optimizer: Optimizer): Graph {
  const graph = new Graph('optimizer_model');
  const parameters = parametersOf(graph, medium, size);
  const gradients = mapNamed(parameters, (value, name) => graph.input(gradInput(name), 'float32', graph.shape(value)));
  appendUpdate(graph, medium, { optimizer, parameters, gradients });
  return graph;
}

/** How the gradient of a parameter is called among the inputs of {@link plainStepGraph}. */
export const gradInput = (parameter: string): string => `${parameter} grad`;

/** The gradients of parameters out of that of the canvas they make: those of ⟨canvas, gradient⟩, in which the gradient is constant. */
function through(graph: Graph, canvas: Value, gradient: Value, parameters: Named<Value>): Named<Value> {
  const o = new Operators(graph);
  const product = o.reduceSum(o.mul(canvas, gradient), [0, 1, 2, 3], false);
  const gradients = differentiate(graph, { of: product, wrt: Object.values(parameters) });
  return Object.fromEntries(Object.keys(parameters).map((name, i) => [name, gradients[i]!]));
}

const parametersOf = (graph: Graph, medium: Medium, size: Size): Named<Value> =>
  mapNamed(medium.slots(size), (shape, name) => graph.input(name, 'float32', shape));

/** The network's activations for a picture in some space. The graph is another one where it is computed in bands. */
export function look(
  graph: Graph,
  picture: Value,
  space: ColourSpace,
  { network }: Pick<Site, 'network'>,
  layers: readonly string[],
  { bands }: GraphForm,
): { graph: Graph; activations: ReadonlyMap<string, Value> } {
  if (layers.length === 0) return { graph, activations: new Map() };
  const activations = network.append(graph, appendSpace(graph, picture, space, network.space), layers);
  const joined = bands && lastInBands(bands, network, layers);
  if (!joined) return { graph, activations };
  const needed = [picture, ...layers.map((layer) => activations.get(layer)!)];
  return { graph: splitRows(graph, activations.get(joined)!, bands.count, needed), activations };
}

export function contextOf(
  graph: Graph,
  { network, height, width }: Pick<Site, 'network' | 'height' | 'width'>,
  objective: Objective,
  {
    activations,
    ...rest
  }: Pick<TermContext, 'canvas' | 'parameters' | 'counted' | 'count'> & { activations: ReadonlyMap<string, Value> },
): TermContext {
  const goals = goalsOf(objective);
  return {
    graph,
    o: new Operators(graph),
    ...rest,
    activation: (layer) => activations.get(layer)!,
    goal(name) {
      const goal = goals.find((one) => one.name === name)!;
      const input = goalInput(goal, goals);
      if (graph.has(input)) return input;
      const seen = seenFor(network, goal.layer, { height, width });
      return graph.input(input, 'float32', goalShape(goal, [1, ...seen]));
    },
  };
}

/** The shape of what a goal is made of, [C, h, w]: a layer's activation, or the picture itself as R, G, B. */
export const seenFor = (
  network: Pick<Network, 'activationShape'>,
  layer: string | undefined,
  { height, width }: Size,
): Shape => (layer === undefined ? [rgb.length, height, width] : network.activationShape(layer, { height, width }));

/** Inferred by making the goal once, of an activation of that shape. */
function goalShape({ make }: Goal, shape: Shape): Shape {
  if (!make) return shape;
  const o = new Operators(new Graph('goal'));
  const activation = o.graph.input('activation', 'float32', shape);
  return o.graph.shape(make({ o, activation, counted: (value) => value, count: () => 1 }));
}

/** @param isOnly whether the objective has no other term, so that its loss is the loss. */
export function outputLosses(
  graph: Graph,
  loss: Value,
  losses: Named<Value>,
  isOnly = Object.keys(losses).length === 1,
): void {
  graph.output(loss, 'loss');
  if (isOnly) return;
  for (const [name, value] of Object.entries(losses)) graph.output(value, `loss ${name}`);
}

/** What a step is made of. */
interface Update {
  readonly optimizer: Optimizer;
  readonly parameters: Named<Value>;
  readonly gradients: Named<Value>;
}

/** Appends what follows the gradient: the step and the frame, with their inputs and outputs. */
function appendStep(
  graph: Graph,
  { medium, height, width }: Omit<Site, 'network'>,
  { tone, ...update }: Update & { readonly tone: Tone },
  target: Target | undefined,
): void {
  const next = appendUpdate(graph, medium, update);
  const canvas = madeInGraph(medium).append(graph, next, { height, width });
  graph.output(appendTone(graph, canvas, medium.space, tone, target), 'frame');
}

/** Appends the step alone, and returns the parameters after it. */
function appendUpdate(graph: Graph, medium: Medium, { optimizer, parameters, gradients }: Update): Named<Value> {
  const shapes = mapNamed(parameters, (parameter) => graph.shape(parameter));
  const slots = mapNamed(optimizer.slots(shapes), (shape, name) => graph.input(name, 'float32', shape));
  const scalars = mapNamed(optimizer.scalars(1, 1), (_, name) => graph.input(name, 'float32', []));
  const constrain = (next: Named<Value>) => medium.constrain(graph, next);
  const next = optimizer.append({ graph, parameters, gradients, slots, scalars, constrain });
  for (const [name, value] of Object.entries({ ...next.parameters, ...next.slots })) graph.output(value, `${name}_out`);
  return next.parameters;
}
