/** What of the photo phases compare their canvas with. */
import type { Size } from '../../image/picture.js';
import { resample } from '../../image/resample.js';
import { goalsOf, type Objective } from '../../objectives/objective.js';
import type { Goal } from '../../objectives/term.js';
import { Tensor } from '../../runtime/session.js';
import type { PhasePlan } from '../plan/phase-plan.js';
import type { Engine } from './engine.js';
import { goalInput, goalsGraph, type Site } from './graphs.js';
import { openGraph, type Tensors } from './sessions.js';

/** Goals by name. */
export type Goals = ReadonlyMap<string, Tensor>;

/** The network as far as some goals need it. */
export interface GoalNetwork {
  /**
   * The goals of a photo (float32[C, H, W], in the network's space), all in one pass.
   * @param counted what a tile counts, where the network is that of a tile and asks for it.
   */
  of(photo: Float32Array, counted?: Tensors): Promise<Map<string, Tensor>>;
  /** What it is given beside the photo. */
  readonly inputs: readonly string[];
  release(): Promise<void>;
}

export async function openGoals(
  site: Site,
  goals: readonly Goal[],
  engine: Engine,
  plan: Pick<PhasePlan, 'bands' | 'winograd' | 'isFrugal'>,
  isTile = false,
): Promise<GoalNetwork> {
  const session = await openGraph(
    (target) => goalsGraph(site, goals, { target, bands: plan.bands }, isTile),
    engine,
    plan,
  );
  const shape = [1, site.network.space.length, site.height, site.width];
  return {
    inputs: session.inputs,
    async of(photo, counted = {}) {
      const made = await session.run({ photo: new Tensor('float32', photo, shape), ...counted });
      return new Map(goals.map(({ name }) => [name, made[name]!]));
    },
    release: () => session.release(),
  };
}

/**
 * Waits for the photo, with all that can be done before it is there; then makes goals of it. No photo where it is undefined after all.
 * @param site where they are needed. The photo that is returned has its size.
 * @param whole the size of the photo that is awaited.
 */
export async function passFirst(
  site: Site,
  goals: readonly Goal[],
  awaited: Float32Array | Promise<Float32Array | undefined>,
  whole: Size,
  engine: Engine,
  plan: PhasePlan,
): Promise<{ photo: Float32Array | undefined; known: Map<string, Tensor> }> {
  const network = goals.length > 0 ? await openGoals(site, goals, engine, plan) : undefined;
  try {
    const given = await awaited;
    const photo = given && resample(given, whole, site);
    return { photo, known: (photo && (await network?.of(photo))) ?? new Map() };
  } finally {
    await network?.release();
  }
}

/** The goals of an objective as inputs of its graph: those that are known already, and the others made of the photo. */
export async function goalTensors(
  site: Site,
  objective: Objective,
  { photo, known }: { readonly photo: Float32Array; readonly known: Goals },
  engine: Engine,
  plan: PhasePlan,
): Promise<Tensors> {
  const goals = goalsOf(objective);
  const unknown = goals.filter(({ name }) => !known.has(name));
  const made = new Map(known);
  if (unknown.length > 0) {
    const network = await openGoals(site, unknown, engine, plan);
    for (const [name, goal] of await network.of(photo)) made.set(name, goal);
    await network.release();
  }
  return Object.fromEntries(goals.map((goal) => [goalInput(goal, goals), made.get(goal.name)!]));
}
