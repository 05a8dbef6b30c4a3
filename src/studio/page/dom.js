// Elements, written short.

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props] properties; `class`, `aria-…`, `data-…` and `role` as attributes, `on…` as listeners
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (name === 'class' || name === 'role' || name === 'list' || name === 'for' || name.includes('-'))
      element.setAttribute(name, String(value));
    else Reflect.set(element, name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/**
 * Shows items in a parent, each in an element of its own for as long as it is shown, so that what has the focus keeps it.
 * @template T
 * @param {Element} parent
 * @param {(item: T) => { element: Element, show(item: T): void }} make
 * @returns {(items: readonly (readonly [key: string, item: T])[]) => void}
 */
export function keyed(parent, make) {
  /** @type {Map<string, ReturnType<typeof make>>} */
  let shown = new Map();
  return (items) => {
    const before = shown;
    shown = new Map(items.map(([key, item]) => [key, before.get(key) ?? make(item)]));
    for (const [key, { element }] of before) if (!shown.has(key)) element.remove();
    let next = parent.firstElementChild;
    for (const [key, item] of items) {
      const one = /** @type {ReturnType<typeof make>} */ (shown.get(key));
      one.show(item);
      if (one.element === next) next = next.nextElementSibling;
      else parent.insertBefore(one.element, next);
    }
  };
}

/** @param {number} bytes */
export function megabytes(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** Seconds as minutes and seconds: `1:05`. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.round(seconds);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** Says something that went wrong, until it is clicked away. @param {unknown} error */
export function complain(error) {
  const notices = /** @type {HTMLElement} */ (document.getElementById('notices'));
  const text = error instanceof Error ? error.message : String(error);
  const notice = h('p', { class: 'notice' }, text);
  notice.append(h('button', { class: 'close', 'aria-label': 'Dismiss', onclick: () => notice.remove() }, '×'));
  notices.replaceChildren(notice);
}

export function forgive() {
  document.getElementById('notices')?.replaceChildren();
}

/** A button whose work may fail. @param {string} label @param {() => unknown} work @param {Record<string, unknown>} [props] */
export function button(label, work, props = {}) {
  return h('button', { type: 'button', ...props, onclick: () => void attempt(work) }, label);
}

/** @template T @param {() => T | Promise<T>} work @returns {Promise<T | undefined>} */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    complain(error);
    return undefined;
  }
}
