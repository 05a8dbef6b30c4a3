/** Elements of an SVG in few bytes: what paths have in common is said once, by the group that they lie in. */

/** A `path`. */
export interface PathElement {
  /** Its path data. */
  readonly data: string;
  /** Attributes that a group may have in its place; all paths of a picture have the same ones. */
  readonly look: Readonly<Record<string, string>>;
  /** What else it has, as text. */
  readonly own?: string;
  /** What stands before and after it, as text. */
  readonly around?: readonly [before: string, after: string];
}

/**
 * Lines of a group of paths, which are put together by their looks.
 * @param own attributes of the group itself, as text.
 * @param names attributes of looks that no group round this one has said.
 */
export function groupOf(
  paths: readonly PathElement[],
  own = '',
  names: readonly string[] = Object.keys(paths[0]?.look ?? {}),
): string[] {
  const looks = names.map((name) => ({ name, parts: partsBy(paths, name) }));
  const differing = looks.filter(({ parts }) => parts.length > 1).sort((a, b) => a.parts.length - b.parts.length);
  const left = differing.map(({ name }) => name);
  const parts = differing[0]?.parts ?? paths.map((path) => [path]);
  const common = attributes(
    paths[0],
    names.filter((name) => !left.includes(name)),
  );
  return [
    `<g${own}${common}>`,
    ...parts.flatMap((part) => (part.length === 1 ? [pathText(part[0]!, left)] : groupOf(part, '', left))),
    '</g>',
  ];
}

/** The paths by what they say of one attribute. */
function partsBy(paths: readonly PathElement[], name: string): readonly (readonly PathElement[])[] {
  const parts = new Map<string, PathElement[]>();
  for (const path of paths) {
    const part = parts.get(path.look[name]!);
    if (part) part.push(path);
    else parts.set(path.look[name]!, [path]);
  }
  return [...parts.values()];
}

/** A path by itself. @param names attributes of its look that no group has said. */
export const pathText = (path: PathElement, names: readonly string[] = Object.keys(path.look)): string => {
  const [before, after] = path.around ?? ['', ''];
  return `${before}<path${path.own ?? ''}${attributes(path, names)} d="${path.data}"/>${after}`;
};

const attributes = (path: PathElement | undefined, names: readonly string[]): string =>
  names.map((name) => ` ${name}="${path?.look[name]}"`).join('');
