/** The same without what is undefined: the Engine tells an empty value from none. */
export function withoutUnset<T extends object>(
  thing: T,
): { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
} {
  return Object.fromEntries(Object.entries(thing).filter(([, value]) => value !== undefined)) as never;
}
