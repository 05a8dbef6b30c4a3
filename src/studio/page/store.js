// What the server has told of drawings, and what it is asked of them.
import { ask, hear, post } from './ask.js';

/**
 * @typedef {object} Facts What is known of a drawing: src/studio/facts.ts says what each field is.
 * @property {string} id
 * @property {string} title
 * @property {number} created
 * @property {string} [sheet]
 * @property {string} preset
 * @property {boolean} isOfStrokes
 * @property {Record<string, any>} choices
 * @property {'waiting' | 'preparing' | 'drawing' | 'paused' | 'finishing' | 'done' | 'cancelled' | 'failed'} state
 * @property {string} [message]
 * @property {string[]} notes
 * @property {{ width: number, height: number }} [size]
 * @property {string} [weights]
 * @property {string} [provider]
 * @property {{ layers: string, iterations: number }[]} phases
 * @property {number} index
 * @property {number} [frame]
 * @property {number[]} losses
 * @property {number} seconds
 * @property {number} [secondsLeft]
 * @property {number} [memory]
 * @property {Record<string, number>} files
 * @property {boolean} hasStrokes
 * @property {boolean} canGoOn
 * @property {'svg' | 'still'} [finished]
 */

/**
 * @typedef {object} Choices
 * @property {{ name: string, description: string, iterations: number, isOfStrokes: boolean, strokes?: number, needsStyle: boolean }[]} presets
 * @property {{ preset: string, presetWithStyle: string, size: number }} defaults
 * @property {{ name: string, description: string }[]} weights
 * @property {string[]} layers
 */

/** @type {Map<string, Facts>} */
export const drawings = new Map();

/** @type {Set<() => void>} */
const listeners = new Set();

let hasEnded = false;

/** Calls back after each change. @param {() => void} listener @returns {() => void} what ends it */
export function watch(listener) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Whether the server is gone. */
export const isGone = () => hasEnded;

/** Listens for news. @param {boolean} isLasting whether to listen while nobody sees the page, too */
export function listen(isLasting) {
  hear(
    (news, isFirst) => {
      // What is not in the first piece is gone.
      if (isFirst) drawings.clear();
      hasEnded = false;
      take(news);
    },
    () => {
      hasEnded = true;
      notify();
    },
    isLasting,
  );
}

/** @param {{ changed: (Facts & { lossesFrom: number })[], removed: string[] }} news */
function take({ changed, removed }) {
  for (const { lossesFrom, losses, ...facts } of changed) {
    const before = drawings.get(facts.id)?.losses ?? [];
    drawings.set(facts.id, { ...facts, losses: [...before.slice(0, lossesFrom), ...losses] });
  }
  for (const id of removed) drawings.delete(id);
  notify();
}

function notify() {
  for (const listener of [...listeners]) listener();
}

/** Asks for a drawing with its losses, which are not told of what was finished before. @param {string} id */
export async function complete(id) {
  const facts = /** @type {Facts} */ (await ask(`drawings/${id}`));
  drawings.set(id, facts);
  notify();
  return facts;
}

/** Shows a drawing that was just asked for, before it is news; or its sheet. @param {string} id */
export async function turnTo(id, isSheet = false) {
  const { sheet } = await complete(id);
  location.hash = isSheet ? `#/sheet/${sheet}` : `#/drawing/${id}`;
}

/** @param {Facts} facts */
export const isOver = ({ state }) => ['done', 'cancelled', 'failed'].includes(state);

/** Iterations of all phases. @param {Facts} facts */
export const totalOf = ({ phases }) => phases.reduce((sum, { iterations }) => sum + iterations, 0);

/** What is the matter with a drawing, in a few words. @param {Facts} facts */
export function stateText(facts) {
  const { state, index, message } = facts;
  const total = totalOf(facts);
  switch (state) {
    case 'waiting':
      return index > 0 ? 'goes on when the other one is done' : 'waits for its turn';
    case 'preparing':
      return 'getting ready';
    case 'drawing':
      return `${index} of ${total}`;
    case 'paused':
      return `paused at ${index} of ${total}`;
    case 'finishing':
      return 'finishing its files';
    case 'done':
      return index < total ? `stopped at ${index} of ${total}` : '';
    case 'cancelled':
      return 'was given up';
    default:
      return message ?? 'failed';
  }
}

/** @param {string} id @param {'pause' | 'go-on' | 'stop'} what */
export const act = (id, what) => post(`drawings/${id}/${what}`);

/** @param {string} id */
export const remove = (id) => ask(`drawings/${id}`, { method: 'DELETE' });

/** @param {File} file @returns {Promise<{ id: string, title: string, width: number, height: number }>} */
export const sendPhoto = (file) =>
  ask(`photos?${new URLSearchParams({ name: file.name })}`, { method: 'POST', body: file });
