// What the network sees in the photo of a drawing: a layer's channels, and what excites one of them.
import { post } from './ask.js';
import { attempt, h } from './dom.js';
import { drawings } from './store.js';

/**
 * @typedef {{ channel: number, mean: number, zeros: number, max: number }} Figures
 * @typedef {Figures & { picture: string }} Channel
 * @typedef {{ layer: string, count: number, gram: string, channels: Channel[] }} LayerSight
 * @typedef {{ value: number, picture: string }} Patch
 * @typedef {{ layer: string, figures: Figures, map: string, liked: { picture: string, mean: number }, patches: Patch[] }} ChannelSight
 */

/** @param {string} id @param {readonly string[]} layers */
export function sightOf(id, layers) {
  const layer = h('select', { 'aria-label': 'Layer' }, ...layers.map((value) => h('option', { value }, value)));
  const state = h('p', { class: 'quiet', role: 'status' });
  const one = h('div', { class: 'one' });
  const all = h('div', { class: 'all' });
  const element = h(
    'details',
    { class: 'sight' },
    h('summary', {}, 'What the network sees'),
    h('div', { class: 'row' }, h('label', { class: 'field' }, h('span', {}, 'Layer'), layer), state),
    one,
    all,
  );
  /** What is being looked at, so that the next look ends it. */
  let asking = new AbortController();
  let isChosen = false;

  element.addEventListener('toggle', () => {
    if (element.open && all.childElementCount === 0) void look();
  });
  layer.addEventListener('change', () => {
    isChosen = true;
    void look();
  });

  /** @param {number} [channel] */
  async function look(channel) {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const name = layer.value;
    state.textContent = channel === undefined ? 'Looking …' : `Drawing what channel ${channel} likes …`;
    element.setAttribute('aria-busy', 'true');
    one.replaceChildren();
    if (channel === undefined) all.replaceChildren();
    const seen = await attempt(() =>
      post(`drawings/${id}/look`, { layer: name, ...(channel === undefined ? {} : { channel }) }, signal).catch(
        (error) => {
          if (!signal.aborted) throw error;
        },
      ),
    );
    if (signal.aborted) return;
    element.removeAttribute('aria-busy');
    state.textContent = '';
    if (!seen) return;
    if (channel === undefined) all.replaceChildren(...layerShown(seen, look));
    else {
      one.replaceChildren(...channelShown(seen));
      one.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    }
  }

  return {
    element,
    update() {
      // Where nobody has chosen one, the deepest that the drawing itself looks at.
      const used = drawings.get(id)?.phases.flatMap((phase) => phase.layers.split(', ')) ?? [];
      const deepest = layers.findLast((name) => used.includes(name));
      if (!isChosen && !element.open && deepest) layer.value = deepest;
    },
    leave: () => asking.abort(),
  };
}

/** @param {LayerSight} seen @param {(channel: number) => void} look */
function layerShown({ layer, count, gram, channels }, look) {
  const heading =
    channels.length < count ? `the ${channels.length} strongest of ${count} channels` : `${count} channels`;
  return [
    h(
      'p',
      { class: 'quiet' },
      `${layer}: ${heading}, with their mean and their share of zeros. Choose one to see what it likes.`,
    ),
    h(
      'ul',
      { class: 'channels' },
      ...channels.map(({ channel, mean, zeros, picture }) =>
        h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'channel', onclick: () => look(channel) },
            h('img', { src: picture, alt: '' }),
            h('span', {}, h('b', {}, `${channel}`), ` ${figure(mean)}, ${percent(zeros)}`),
          ),
        ),
      ),
    ),
    h(
      'figure',
      { class: 'gram' },
      h('img', { src: gram, alt: 'Gram matrix' }),
      h('figcaption', { class: 'quiet' }, 'Gram matrix: channels that act at the same places, the strongest first'),
    ),
  ];
}

/** @param {ChannelSight} seen */
function channelShown({ layer, figures, map, liked, patches }) {
  const { channel, mean, zeros, max } = figures;
  const shown = (/** @type {string} */ src, /** @type {string} */ caption, kind = '') =>
    h('figure', { class: kind }, h('img', { src, alt: caption }), h('figcaption', { class: 'quiet' }, caption));
  return [
    h('h2', {}, `${layer}, channel ${channel}`),
    h(
      'div',
      { class: 'liking' },
      shown(map, `mean ${figure(mean)}, ${percent(zeros)} zeros, greatest ${figure(max)}`, 'map'),
      shown(liked.picture, `drawn from noise to excite it: mean ${figure(liked.mean)}`),
      patches.length === 0
        ? h('p', { class: 'quiet' }, 'Nothing in the photo excites it.')
        : h('div', { class: 'patches' }, ...patches.map(({ value, picture }) => shown(picture, figure(value)))),
    ),
  ];
}

/** @param {number} value */
const figure = (value) => (Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3))));

/** @param {number} share */
const percent = (share) => `${Math.round(100 * share)} %`;
