/** The same without what is undefined: the Engine tells an empty value from none. */
export function withoutUnset<T extends object>(
  thing: T,
): { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
} {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined)) as never;
}

/** Nothing where it is nought or an empty text, which Go leaves out of most of what it sends. */
export function unlessZero<T extends string | number>(value: T | undefined): T | undefined {
  return value === undefined || value === 0 || value === '' ? undefined : value;
}
