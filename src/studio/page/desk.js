// The desk: photos, what to draw them with, and what was drawn before.
import { ask, post } from './ask.js';
import { attempt, button, h } from './dom.js';
import { galleryView } from './gallery.js';
import { sendPhoto, turnTo } from './store.js';

/** @typedef {{ id: string, title: string, source: string, weight: number }} Chosen A photo: where it is shown from, and its weight as a style. */

const sizes = [256, 512, 768, 1024];

/** What is on the desk lasts while the page does. */
const state = {
  /** @type {Chosen[]} */ photos: [],
  /** @type {Chosen[]} */ styles: [],
  /** @type {string} */ preset: '',
  /** @type {{ name: string, json: object } | undefined} A preset of the person's own. */ own: undefined,
  size: 512,
  weights: '',
  provider: 'auto',
  strokes: '',
  seconds: '',
  keepColours: false,
};

/** @type {Promise<{ name: string, device: string | null }[]> | undefined} */
let providers;

/** Lays a drawing's photo and choices on the desk. @param {import('./store.js').Facts} facts @param {import('./store.js').Choices} choices */
export async function layOut(facts, choices) {
  const { id, title, preset } = facts;
  const isOwn = !choices.presets.some(({ name }) => name === preset);
  if (isOwn) state.own = { name: preset, json: await ask(`drawings/${id}/files/preset`) };
  state.photos = [{ id, title, source: `drawings/${id}/photo`, weight: 1 }];
  state.preset = preset;
  const { size, weights, provider, strokes, seconds, keepColours } = facts.choices;
  Object.assign(state, { size, weights, provider, keepColours: keepColours === true });
  state.strokes = strokes ? String(strokes) : '';
  state.seconds = seconds ? String(seconds) : '';
}

/** @param {import('./store.js').Choices} choices */
export function desk(choices) {
  if (!choices.presets.some(({ name }) => name === state.preset) && state.preset !== state.own?.name)
    state.preset = choices.defaults.preset;
  if (!choices.weights.some(({ name }) => name === state.weights)) state.weights = choices.weights[0]?.name ?? 'auto';
  providers ??= ask('providers').catch(() => []);

  const easel = h('section', { class: 'easel', 'aria-label': 'Photos' });
  const form = h('form', { class: 'choices', onsubmit: (/** @type {Event} */ event) => event.preventDefault() });
  const gallery = galleryView();
  const element = h('div', { class: 'desk' }, h('div', { class: 'bench' }, easel, form), gallery.element);

  /** @param {Iterable<File>} files @param {Chosen[]} list */
  async function take(files, list) {
    for (const file of files) {
      easel.classList.add('busy');
      await attempt(async () => {
        const { id, title } = await sendPhoto(file);
        list.push({ id, title, source: `photos/${id}`, weight: 1 });
        if (list === state.styles) state.preset = choices.defaults.presetWithStyle;
      });
    }
    easel.classList.remove('busy');
    render();
  }

  /** @param {Chosen[]} list @param {string} label @param {string} kind */
  function picker(list, label, kind) {
    const input = h('input', {
      type: 'file',
      accept: 'image/*',
      multiple: true,
      class: 'visually-hidden',
      'data-kind': kind,
      onchange: () => void take([...(input.files ?? [])], list),
    });
    return h('label', { class: 'button' }, label, input);
  }

  function renderEasel() {
    const { photos } = state;
    const [photo] = photos;
    const pick = picker(photos, photo ? 'Add photos' : 'Choose photos', 'photo');
    if (!photo) {
      const hint = h('p', { class: 'quiet' }, 'They stay on this machine.');
      easel.replaceChildren(
        h('div', { class: 'drop' }, h('p', { class: 'invitation' }, 'Drop a photo here'), pick, hint),
      );
      return;
    }
    const strip = h(
      'ul',
      { class: 'strip' },
      ...(photos.length > 1 ? photos.map((one) => h('li', {}, thumb(one, photos))) : []),
    );
    const clear = button(
      'Clear',
      () => {
        photos.length = 0;
        render();
      },
      { class: 'plain' },
    );
    easel.replaceChildren(
      h('img', { class: 'sitter', src: photo.source, alt: `The photo ${photo.title}` }),
      strip,
      h('div', { class: 'row' }, pick, clear),
    );
  }

  /** @param {Chosen} one @param {Chosen[]} list */
  function thumb(one, list) {
    const away = button(
      '×',
      () => {
        list.splice(list.indexOf(one), 1);
        render();
      },
      { class: 'close', 'aria-label': `Take ${one.title} away` },
    );
    return h('figure', { class: 'thumb' }, h('img', { src: one.source, alt: one.title }), away);
  }

  function renderForm() {
    const described = choices.presets.find(({ name }) => name === state.preset);
    const group = (/** @type {string} */ label, /** @type {boolean} */ isOfStrokes) =>
      h(
        'fieldset',
        { class: 'chips' },
        h('legend', {}, label),
        ...choices.presets.filter((one) => one.isOfStrokes === isOfStrokes).map(({ name }) => presetChip(name)),
        !isOfStrokes && state.own ? presetChip(state.own.name) : null,
      );
    const needsStyle = described?.needsStyle || state.styles.length > 0;
    const style = h(
      'fieldset',
      { class: 'styles' },
      h('legend', {}, 'In the style of'),
      ...state.styles.map((one) => h('span', { class: 'styled' }, thumb(one, state.styles), weightOf(one))),
      picker(state.styles, state.styles.length > 0 ? 'Add a picture' : 'Choose a picture', 'style'),
    );
    const submit = h(
      'button',
      {
        class: 'primary',
        type: 'button',
        disabled: state.photos.length === 0,
        onclick: () => void attempt(() => draw(false)),
      },
      'Draw',
    );
    const tryAll = h(
      'button',
      {
        type: 'button',
        class: 'button',
        disabled: state.photos.length === 0,
        onclick: () => void attempt(() => draw(true)),
      },
      'Try every preset',
    );
    form.replaceChildren(
      h('h2', {}, 'Drawn as'),
      group('Tones', false),
      group('Strokes', true),
      h('p', { class: 'description' }, described?.description ?? 'your own preset'),
      ...(needsStyle ? [style] : []),
      sizeField(),
      more(described),
      h('div', { class: 'row actions' }, submit, tryAll),
      h('p', { class: 'quiet' }, 'Every preset is drawn small, side by side: take the one you like.'),
    );
  }

  /** @param {string} name */
  function presetChip(name) {
    const choose = () => {
      state.preset = name;
      renderForm();
      /** @type {HTMLElement | null} */ (form.querySelector('input[name=preset]:checked'))?.focus();
    };
    const input = h('input', {
      type: 'radio',
      name: 'preset',
      value: name,
      checked: state.preset === name,
      onchange: choose,
    });
    return h('label', { class: 'chip' }, input, h('span', {}, name));
  }

  /** @param {Chosen} one */
  function weightOf(one) {
    const change = (/** @type {Event} */ { target }) => {
      one.weight = Number(/** @type {HTMLInputElement} */ (target).value) || 1;
    };
    const input = h('input', { type: 'number', min: '0.1', step: '0.1', value: String(one.weight), onchange: change });
    return h('label', { class: 'small' }, 'weight ', input);
  }

  function sizeField() {
    const other = h('input', {
      type: 'number',
      min: '16',
      max: '16384',
      value: String(state.size),
      'aria-label': 'Longest side in pixels',
      onchange: () => {
        state.size = Math.round(Number(other.value)) || 512;
        renderForm();
      },
    });
    const chip = (/** @type {number} */ size) =>
      h(
        'label',
        { class: 'chip' },
        h('input', {
          type: 'radio',
          name: 'size',
          checked: state.size === size,
          onchange: () => {
            state.size = size;
            other.value = String(size);
          },
        }),
        h('span', {}, String(size)),
      );
    return h(
      'fieldset',
      { class: 'chips' },
      h('legend', {}, 'Longest side'),
      ...sizes.map(chip),
      h('label', { class: 'small' }, other, ' pixels'),
    );
  }

  /** @param {{ isOfStrokes: boolean, strokes?: number } | undefined} preset */
  function more(preset) {
    const weights = select(
      'weights',
      choices.weights.map(({ name, description }) => [name, `${name}: ${description}`]),
    );
    const provider = select('provider', [['auto', 'auto: the fastest there is']]);
    void providers?.then((usable) => {
      const options = usable.map(({ name, device }) => [name, device ? `${name}: ${device}` : name]);
      fill(provider, [['auto', 'auto: the fastest there is'], ...options], state.provider);
    });
    const strokes = number('strokes', preset?.strokes === undefined ? '' : `${preset.strokes}`, '1');
    const seconds = number('seconds', '8', '1');
    const keep = h('input', {
      type: 'checkbox',
      checked: state.keepColours,
      onchange: () => {
        state.keepColours = keep.checked;
      },
    });
    const ownInput = h('input', {
      type: 'file',
      accept: '.json,application/json',
      class: 'visually-hidden',
      onchange: () => void attempt(() => openPreset(ownInput.files?.[0])),
    });
    const field = (/** @type {string} */ label, /** @type {HTMLElement} */ control) =>
      h('label', { class: 'field' }, h('span', {}, label), control);
    const fields = h(
      'div',
      { class: 'fields' },
      field('Weights', weights),
      field('Computed by', provider),
      preset?.isOfStrokes ? field('Strokes at the most', strokes) : field('Keep the photo’s colours', keep),
      field('Seconds of the video', seconds),
      h('label', { class: 'link' }, 'Open a preset of your own (JSON)', ownInput),
    );
    const details = h('details', { class: 'more', open: isMoreOpen }, h('summary', {}, 'More'), fields);
    details.addEventListener('toggle', () => {
      isMoreOpen = details.open;
    });
    return details;
  }

  /** @param {File | undefined} file */
  async function openPreset(file) {
    if (!file) return;
    const name = file.name.replace(/\.json$/i, '');
    const json = await file
      .text()
      .then(JSON.parse)
      .catch(() => {
        throw new Error(`${file.name} is no JSON`);
      });
    state.own = { name, json };
    state.preset = name;
    renderForm();
  }

  /** @param {'weights' | 'provider'} name @param {string[][]} options */
  function select(name, options) {
    const element = h('select', {
      name,
      onchange: () => {
        state[name] = element.value;
      },
    });
    fill(element, options, state[name]);
    return element;
  }

  /** @param {'strokes' | 'seconds'} name @param {string} placeholder @param {string} min */
  function number(name, placeholder, min) {
    const element = h('input', {
      type: 'number',
      ...{ name, placeholder, min, value: state[name] },
      onchange: () => {
        state[name] = element.value;
      },
    });
    return element;
  }

  /** @param {boolean} sheet */
  async function draw(sheet) {
    const { photos, styles, size, weights, provider, keepColours } = state;
    const preset = state.own?.name === state.preset ? state.own : state.preset;
    const isOfStrokes = choices.presets.find(({ name }) => name === state.preset)?.isOfStrokes === true;
    const ids = await post('drawings', {
      photos: photos.map(({ id }) => id),
      style: styles.map(({ id, weight }) => ({ photo: id, weight })),
      ...{ size, weights, provider, sheet },
      ...(sheet ? {} : { preset }),
      ...(keepColours && !isOfStrokes ? { keepColours } : {}),
      ...(state.strokes && isOfStrokes ? { strokes: Number(state.strokes) } : {}),
      ...(state.seconds ? { seconds: Number(state.seconds) } : {}),
    });
    const [first] = ids;
    await turnTo(first, sheet);
  }

  function render() {
    renderEasel();
    renderForm();
  }

  /** @param {ClipboardEvent} event */
  const paste = ({ clipboardData }) => void take(imagesIn(clipboardData), state.photos);
  element.addEventListener('dragover', (event) => {
    event.preventDefault();
    easel.classList.add('over');
  });
  element.addEventListener('dragleave', () => easel.classList.remove('over'));
  element.addEventListener('drop', (event) => {
    event.preventDefault();
    easel.classList.remove('over');
    const isStyle = event.target instanceof Element && event.target.closest('.styles') !== null;
    void take(event.dataTransfer?.files ?? [], isStyle ? state.styles : state.photos);
  });
  document.addEventListener('paste', paste);
  render();
  return {
    element,
    title: 'studio',
    update: gallery.update,
    leave: () => document.removeEventListener('paste', paste),
  };
}

let isMoreOpen = false;

/** @param {DataTransfer | null} data */
const imagesIn = (data) => [...(data?.files ?? [])];

/** @param {HTMLSelectElement} element @param {string[][]} options @param {string} chosen */
function fill(element, options, chosen) {
  element.replaceChildren(
    ...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text ?? '')),
  );
}
