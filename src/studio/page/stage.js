// Where a drawing is looked at: its frames, the photo beside it, and the finished strokes without pixels.
import { h } from './dom.js';

const zooms = [1, 1.5, 2, 3, 4, 6, 8];

/** @param {string} id of the drawing */
export function stage(id) {
  const frame = h('img', { class: 'frame', alt: 'The drawing', draggable: false });
  const photo = h('img', { class: 'before', alt: 'The photo', draggable: false });
  const over = h('div', { class: 'over' });
  const divider = h('div', { class: 'divider', 'aria-hidden': 'true' });
  const split = h('input', {
    type: 'range',
    class: 'split',
    min: '0',
    max: '100',
    step: '0.5',
    value: '50',
    'aria-label': 'Photo to the left, drawing to the right',
  });
  const sheet = h('div', { class: 'paper' }, frame, over, photo, divider, split);
  const window_ = h(
    'div',
    { class: 'window', tabIndex: 0, role: 'group', 'aria-label': 'The drawing; plus and minus zoom' },
    sheet,
  );
  split.addEventListener('input', () => sheet.style.setProperty('--split', `${split.value}%`));
  let zoom = 1;

  /** @param {number} to */
  function zoomTo(to) {
    const [x, y] = [window_.scrollLeft + window_.clientWidth / 2, window_.scrollTop + window_.clientHeight / 2];
    const [fx, fy] = [x / window_.scrollWidth, y / window_.scrollHeight];
    zoom = to;
    sheet.style.setProperty('--zoom', String(zoom));
    window_.classList.toggle('zoomed', zoom > 1);
    window_.scrollTo(
      fx * window_.scrollWidth - window_.clientWidth / 2,
      fy * window_.scrollHeight - window_.clientHeight / 2,
    );
  }
  /** @param {1 | -1} way */
  const zoomBy = (way) => zoomTo(zooms[Math.max(0, Math.min(zooms.length - 1, zooms.indexOf(zoom) + way))] ?? 1);
  window_.addEventListener('keydown', ({ key }) => {
    if (key === '+' || key === '=') zoomBy(1);
    if (key === '-') zoomBy(-1);
    if (key === '0') zoomTo(1);
  });
  window_.addEventListener('dblclick', (event) => {
    if (event.target !== split) zoomTo(zoom > 1 ? 1 : 3);
  });
  drag(window_);

  const show = latestOf(frame);
  return {
    element: window_,
    zoomBy,
    /** Shows a file of the drawing. @param {string} source */
    show,
    /** @param {Element | undefined} drawn strokes, in the frame's place */
    lay(drawn) {
      over.replaceChildren(...(drawn ? [drawn] : []));
      sheet.classList.toggle('laid', drawn !== undefined);
    },
    /** @param {boolean} isCompared whether the photo is shown beside it */
    compare(isCompared) {
      if (isCompared && !photo.src) photo.src = `drawings/${id}/photo`;
      sheet.classList.toggle('compared', isCompared);
      split.disabled = !isCompared;
      if (isCompared) split.focus();
    },
    /** @param {{ width: number, height: number }} size */
    measure({ width, height }) {
      window_.style.setProperty('--width', String(width));
      window_.style.setProperty('--height', String(height));
    },
  };
}

/** Shows pictures in an element, each when it is decoded; of those that are asked for meanwhile only the latest. @param {HTMLImageElement} element */
function latestOf(element) {
  /** @type {string | undefined} */
  let wanted;
  let isLoading = false;
  const load = async () => {
    isLoading = true;
    for (let source = wanted; source !== undefined; source = wanted) {
      wanted = undefined;
      const image = new Image();
      image.src = source;
      // What can't be shown is left out.
      const isThere = await image.decode().then(
        () => true,
        () => false,
      );
      if (!isThere) continue;
      element.src = source;
      element.dataset.shown = source;
    }
    isLoading = false;
  };
  return (/** @type {string} */ source) => {
    if (source === element.dataset.shown && wanted === undefined) return;
    wanted = source;
    if (!isLoading) void load();
  };
}

/** Moves what is zoomed with the pointer. @param {HTMLElement} element */
function drag(element) {
  /** @type {{ x: number, y: number } | undefined} */
  let from;
  element.addEventListener('pointerdown', ({ target, clientX, clientY, pointerType }) => {
    if (target instanceof HTMLInputElement || pointerType === 'touch') return;
    from = { x: element.scrollLeft + clientX, y: element.scrollTop + clientY };
  });
  window.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (from) element.scrollTo(from.x - clientX, from.y - clientY);
  });
  window.addEventListener('pointerup', () => {
    from = undefined;
  });
}
