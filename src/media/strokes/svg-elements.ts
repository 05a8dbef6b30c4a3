/** Elements of an SVG in few bytes: what paths have in common is said once, by the group that they lie in. */

/** A `path`. */
export interface PathElement {
  /** Its path data. */
  readonly data: string;
  /** Attributes that a group may have in its place; all paths of a picture have the same ones. */
  readonly look: Readonly<Record<string, string>>;
  /** What else it has, as text. */
  readonly own?: string;
  /** What stands before it, as text. */
  readonly before?: string;
}

/** Text as it may stand in XML, which has been made one line. */
export const escaped = (text: string): string =>
  text.replace(/[\ufffe\uffff]/g, '').replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * Lines of a group of paths.
 * @param own attributes of the group itself, as text.
 * @param keepsOrder otherwise paths are put together by their looks.
 * @param names attributes of looks that no group round this one has said.
 */
export function groupOf(
  paths: readonly PathElement[],
  own: string,
  keepsOrder: boolean,
  names: readonly string[] = Object.keys(paths[0]?.look ?? {}),
): string[] {
  const looks = names.map((name) => ({ name, parts: partsBy(paths, name) }));
  const differing = looks.filter(({ parts }) => parts.length > 1).sort((a, b) => a.parts.length - b.parts.length);
  const left = differing.map(({ name }) => name);
  const [parts] = keepsOrder ? [] : differing.map((look) => look.parts);
  const inner = parts
    ? parts.flatMap((part) => (part.length === 1 ? [written(part[0]!, left)] : groupOf(part, '', false, left)))
    : paths.map((path) => written(path, left));
  const common = names.filter((name) => !left.includes(name));
  const said = own + (paths[0] ? attributes(paths[0], common) : '');
  return said === '' ? inner : [`<g${said}>`, ...inner, '</g>'];
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

const attributes = ({ look }: PathElement, names: readonly string[]): string =>
  names.map((name) => ` ${name}="${look[name]}"`).join('');

const written = (path: PathElement, names: readonly string[]): string =>
  `${path.before ?? ''}<path${path.own ?? ''}${attributes(path, names)} d="${path.data}"/>`;
