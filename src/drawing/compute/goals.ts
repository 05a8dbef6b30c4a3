/** What of the photo phases compare their canvas with. */
import type { Size } from '../../image/picture.js';
import { resample } from '../../image/resample.js';
import { goalsOf } from '../../objectives/objective.js';
import type { Goal } from '../../objectives/term.js';
import { Tensor } from '../../runtime/session.js';
import type { Phase } from '../phase.js';
import type { PhasePlan } from '../plan/phase-plan.js';
import { type Tiling, tilesOf } from '../plan/tiles.js';
import { type Engine, engineAt } from './engine.js';
import { goalInput, goalsGraph, type Site } from './graphs.js';
import { openGraph, type Tensors } from './sessions.js';
import type { PhaseInput } from './step.js';
import { countedTensors, TensorSums, tileReader } from './tile-inputs.js';

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

/** @param whole the size of the whole photo where the site is a tile of it. */
export async function openGoals(
  site: Site,
  goals: readonly Goal[],
  engine: Engine,
  plan: Pick<PhasePlan, 'bands' | 'winograd' | 'isFrugal'>,
  whole?: Size,
): Promise<GoalNetwork> {
  const session = await openGraph(
    (target) => goalsGraph(site, goals, { target, bands: plan.bands }, whole),
    engine,
    plan,
    { keptAs: ['goals', ...goals.map(({ name }) => name)].join(' ') },
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

/** Goals that are sums over positions, added up over the tiles of a picture of the site's size, float32[C, H, W]. */
export async function sumGoals(
  site: Site,
  goals: readonly Goal[],
  picture: Float32Array,
  tiling: Tiling,
  engine: Engine,
  plan: PhasePlan,
): Promise<Map<string, Tensor>> {
  if (goals.length === 0) return new Map();
  const { height, width } = tiling;
  const network = await openGoals({ ...site, height, width }, goals, engine, plan, site);
  const pictureIn = tileReader(site.network.space.length, site, tiling);
  const layers = goals.flatMap(({ layer = [] }) => layer);
  const sums = new TensorSums();
  for (const tile of tilesOf(tiling)) {
    const counted = countedTensors(site.network, layers, tiling, network.inputs, tile);
    sums.add(await network.of(pictureIn(picture, tile), counted));
  }
  await network.release();
  return sums.tensors;
}

/** Goals of a picture as a whole. */
export async function wholeGoals(
  site: Site,
  goals: readonly Goal[],
  picture: Float32Array,
  engine: Engine,
  plan: PhasePlan,
): Promise<Map<string, Tensor>> {
  if (goals.length === 0) return new Map();
  const network = await openGoals(site, goals, engine, plan);
  const made = await network.of(picture);
  await network.release();
  return made;
}

/** A picture whose style is drawn in, and how its goals are computed. */
export interface StylePicture extends Size {
  readonly plan: PhasePlan;
  /** float32[C, H, W] in the network's space; undefined where nothing is to be drawn after all. */
  read(): Promise<Float32Array | undefined>;
}

/** The goals of phases that are made of style pictures. */
export async function styleGoals(
  site: Site,
  phases: readonly Pick<Phase, 'objective'>[],
  styles: readonly StylePicture[],
  engine: Engine,
): Promise<Map<string, Tensor>> {
  const goals = goalsOf({ terms: phases.flatMap(({ objective }) => objective.terms) });
  const made = new Map<string, Tensor>();
  for (const [position, { plan, height, width, read }] of styles.entries()) {
    const own = goals.filter(({ style }) => style === position);
    const picture = await read();
    if (!picture || own.length === 0) continue;
    const at: Site = { ...site, height, width };
    const sums = plan.tiles
      ? await sumGoals(at, own, picture, plan.tiles.tiling, engine, plan)
      : await wholeGoals(at, own, picture, engineAt(engine, `style ${position}`), plan);
    for (const [name, goal] of sums) made.set(name, goal);
  }
  return made;
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

/** The goals of a phase as inputs of its graph: those that are known already, and the others made of the photo. */
export async function goalTensors(
  site: Site,
  { objective }: Pick<Phase, 'objective'>,
  { photo, known }: Pick<PhaseInput, 'photo' | 'known'>,
  engine: Engine,
  plan: PhasePlan,
): Promise<Tensors> {
  const goals = goalsOf(objective);
  const unknown = goals.filter(({ name }) => !known.has(name));
  const made = new Map([...known, ...(await wholeGoals(site, unknown, photo, engine, plan))]);
  return Object.fromEntries(goals.map((goal) => [goalInput(goal, goals), made.get(goal.name)!]));
}
