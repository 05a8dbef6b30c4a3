// One drawing: it is watched, paused, gone on with; scrubbed, compared with its photo; and its files are kept.
import { ask } from './ask.js';
import { layOut } from './desk.js';
import { attempt, button, clock, h, megabytes } from './dom.js';
import { downloads } from './downloads.js';
import { lossPlot } from './loss-plot.js';
import { sightOf } from './sight.js';
import { stage } from './stage.js';
import { act, complete, drawings, isOver, remove, stateText, totalOf } from './store.js';
import { strokesOf } from './strokes.js';

/** Frames a second when it is played. */
const pace = 15;

/** @param {string} id @param {import('./store.js').Choices} [choices] absent where there is this drawing alone */
export function drawingView(id, choices) {
  const facts = () => /** @type {import('./store.js').Facts} */ (drawings.get(id));
  const looked = stage(id);
  const kept = downloads();
  const plot = lossPlot((iteration) => goTo(iteration));
  const sight = choices && sightOf(id, choices.layers);
  const title = h('h1', {});
  const about = h('p', { class: 'quiet about' });
  const status = h('p', { class: 'status', role: 'status', 'aria-live': 'polite' });
  const cost = h('p', { class: 'quiet cost' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
  const notes = h('ul', { class: 'notes quiet' });

  /** Which frame is looked at; undefined for the latest, as it comes. @type {number | undefined} */
  let looking;
  /** @type {ReturnType<typeof strokesOf> | undefined} */
  let strokes;
  let isByStroke = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let playing;

  const scrub = h('input', { type: 'range', class: 'scrub', min: '0', max: '0', value: '0', 'aria-label': 'Frame' });
  const place = h('output', { class: 'place' });
  const play = button('Play', () => (playing ? rest() : start()), { class: 'button play', 'aria-label': 'Play' });
  scrub.addEventListener('input', () => {
    const chosen = Number(scrub.value);
    clearInterval(playing);
    playing = undefined;
    goTo(chosen);
  });

  const pause = button('Pause', () => act(id, 'pause'), { class: 'primary' });
  const goOn = button('Go on', () => act(id, 'go-on'), { class: 'primary' });
  const stop = button('Stop, and keep it', () => act(id, 'stop'), { class: 'button' });
  const away = button(
    'Remove',
    async () => {
      if (!confirm(isOver(facts()) ? 'Remove this drawing and its files?' : 'Give this drawing up?')) return;
      await remove(id);
      location.hash = '#/';
    },
    { class: 'plain' },
  );
  const again = button(
    'Draw it again …',
    async () => {
      if (choices) await layOut(facts(), choices);
      location.hash = '#/';
    },
    { class: 'button' },
  );

  const compare = h('input', { type: 'checkbox', onchange: () => looked.compare(compare.checked) });
  const byStroke = h('input', { type: 'checkbox', onchange: () => void attempt(() => showStrokes(byStroke.checked)) });
  const byStrokeLabel = h('label', { class: 'chip', hidden: true }, byStroke, h('span', {}, 'Stroke by stroke'));
  const tools = h(
    'div',
    { class: 'row tools' },
    h('label', { class: 'chip' }, compare, h('span', {}, 'Beside the photo')),
    byStrokeLabel,
    h('span', { class: 'spring' }),
    button('−', () => looked.zoomBy(-1), { class: 'round', 'aria-label': 'Smaller' }),
    button('+', () => looked.zoomBy(1), { class: 'round', 'aria-label': 'Larger' }),
  );

  const drawn = h(
    'article',
    { class: 'drawing' },
    h(
      'section',
      { class: 'looking', 'aria-label': 'The drawing' },
      looked.element,
      h('div', { class: 'row timeline' }, play, scrub, place),
      tools,
    ),
    h(
      'section',
      { class: 'beside' },
      choices ? h('a', { class: 'back', href: '#/' }, '← Studio') : null,
      title,
      about,
      status,
      bar,
      cost,
      h('div', { class: 'row actions' }, pause, goOn, stop),
      notes,
      plot.element,
      kept.element,
      choices ? h('div', { class: 'row actions' }, again, away) : null,
    ),
  );
  // Not in the grid: what sticks there would lie on it.
  const element = h('div', {}, drawn, sight?.element);

  const latest = () => facts().frame ?? 0;

  /** @param {number} place a frame, or how many strokes */
  function goTo(place) {
    if (isByStroke) strokes?.show(place);
    else looking = place >= latest() && !playing ? undefined : place;
    update();
  }

  function start() {
    const end = isByStroke ? (strokes?.count ?? 0) : latest();
    let at = Number(scrub.value) >= end ? 0 : Number(scrub.value);
    const step = isByStroke ? Math.max(1, Math.ceil(end / (pace * 12))) : 1;
    playing = setInterval(() => {
      at = Math.min(end, at + step);
      scrub.value = String(at);
      goTo(at);
      if (at >= end) rest();
    }, 1000 / pace);
    update();
  }

  function rest() {
    clearInterval(playing);
    playing = undefined;
    if (looking !== undefined && looking >= latest()) looking = undefined;
    update();
  }

  /** @param {boolean} isOn */
  async function showStrokes(isOn) {
    rest();
    if (isOn) strokes ??= strokesOf(await ask(`drawings/${id}/strokes`));
    isByStroke = isOn;
    looked.lay(isOn ? strokes?.svg : undefined);
    scrub.max = String(isOn ? strokes?.count : latest());
    scrub.value = scrub.max;
    if (isOn) strokes?.show(strokes.count);
    looking = undefined;
    update();
  }

  function update() {
    if (!drawings.has(id)) return;
    const now = facts();
    const { state, index, frame, size, preset, weights, provider, message, canGoOn } = now;
    const total = totalOf(now);
    title.textContent = now.title;
    about.textContent = [preset, size && `${size.width} × ${size.height}`, weights, provider]
      .filter(Boolean)
      .join(' · ');
    status.textContent = statusText(now);
    status.classList.toggle('failed', state === 'failed');
    cost.textContent = costText(now);
    bar.value = total > 0 ? index / total : 0;
    bar.hidden = isOver(now);
    pause.hidden = state !== 'drawing';
    goOn.hidden = state !== 'paused' && !canGoOn;
    stop.hidden = !['drawing', 'paused'].includes(state) && !(state === 'waiting' && index > 0);
    notes.replaceChildren(...now.notes.map((text) => h('li', {}, text)));
    notes.hidden = now.notes.length === 0;
    byStrokeLabel.hidden = !now.hasStrokes;
    if (size) looked.measure(size);
    looked.element.classList.toggle('empty', message !== undefined && frame === undefined);
    kept.update(now);
    plot.update(now);
    sight?.update();
    updateTime(now, frame);
  }

  /** @param {import('./store.js').Facts} now @param {number | undefined} frame */
  function updateTime(now, frame) {
    play.textContent = playing ? '❚❚' : '▶';
    play.setAttribute('aria-label', playing ? 'Rest' : 'Play');
    if (isByStroke && strokes) {
      place.textContent = `${scrub.value} of ${strokes.count} strokes`;
      return;
    }
    const shown = looking ?? frame;
    scrub.max = String(frame ?? 0);
    scrub.disabled = !frame;
    scrub.value = String(shown ?? 0);
    place.textContent = shown === undefined ? '' : `${shown} of ${Math.max(totalOf(now), now.index)}`;
    place.classList.toggle('live', looking === undefined && !isOver(now));
    if (shown === undefined) looked.show(`drawings/${id}/photo`);
    // The finished one without pixels, or in its final tone.
    else if (looking === undefined && now.finished) looked.show(`drawings/${id}/files/${now.finished}`);
    else looked.show(`drawings/${id}/frames/${shown}`);
    looked.element.classList.toggle('sitting', shown === undefined);
  }

  // Of what was finished before the page was opened, nobody has told the losses.
  if (drawings.has(id) && facts().losses.length < facts().index) void attempt(() => complete(id));
  return {
    element,
    get title() {
      return drawings.has(id) ? `${facts().title}, ${facts().preset}` : 'drawing';
    },
    update,
    leave() {
      clearInterval(playing);
      plot.leave();
      sight?.leave();
    },
  };
}

/** @param {import('./store.js').Facts} facts */
function statusText(facts) {
  const { state, index } = facts;
  if (state === 'drawing') return phaseText(facts);
  if (state === 'done') return index < totalOf(facts) ? 'Stopped early, and kept' : 'Finished';
  return capital(stateText(facts));
}

/** What it takes, or has taken. @param {import('./store.js').Facts} facts */
function costText(facts) {
  const { state, index, seconds, secondsLeft, memory } = facts;
  if (state === 'done') {
    const total = totalOf(facts);
    return `${total === index ? index : `${index} of ${total}`} iterations in ${clock(seconds)}`;
  }
  if (isOver(facts)) return '';
  return [secondsLeft ? `${clock(secondsLeft)} left` : '', memory ? megabytes(memory) : ''].filter(Boolean).join(' · ');
}

/** @param {import('./store.js').Facts} facts */
function phaseText(facts) {
  const { phases, index } = facts;
  let before = 0;
  for (const [i, { iterations }] of phases.entries()) {
    before += iterations;
    if (index > before) continue;
    const phase = phases.length > 1 ? `Phase ${i + 1} of ${phases.length}, ` : '';
    return capital(`${phase}iteration ${index} of ${totalOf(facts)}`);
  }
  return '';
}

/** @param {string} text */
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
