/** Things by name: the parameters of a drawing, what an optimizer keeps, the losses of terms. */
export type Named<T> = Readonly<Record<string, T>>;

/** Each thing by its name, made of another one of that name. */
export const mapNamed = <T, U>(things: Named<T>, change: (thing: T, name: string) => U): Named<U> =>
  Object.fromEntries(Object.entries(things).map(([name, thing]) => [name, change(thing, name)]));
