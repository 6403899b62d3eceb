/** One place where two values differ; undefined where one has nothing there. */
export interface Difference {
  /** `services.v1_web.Spec.Labels["a.b"]`, `services.v1_web.Spec.TaskTemplate.ContainerSpec.Env[2]` */
  path: string;
  theirs: unknown;
  ours: unknown;
}

/** Every place where two JSON values differ, each as deep as it goes; what one side lacks is told as a whole. */
export function findDifferences(theirs: unknown, ours: unknown, path = ''): Difference[] {
  if (Object.is(theirs, ours)) return [];
  if (Array.isArray(theirs) && Array.isArray(ours)) {
    const length = Math.max(theirs.length, ours.length);
    return Array.from({ length }).flatMap((_, index) =>
      findDifferences(theirs[index], ours[index], `${path}[${index}]`),
    );
  }
  if (isMapping(theirs) && isMapping(ours)) {
    const keys = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    return keys.flatMap((key) =>
      findDifferences(ownValue(theirs, key), ownValue(ours, key), joinKey(path, key)),
    );
  }
  return [{ path, theirs, ours }];
}

/** A path's next key, in quotes where it would be misread. */
export function joinKey(path: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own value: a key named `constructor` is a key like any other. */
function ownValue(mapping: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}
