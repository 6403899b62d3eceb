import { valueAt } from './matching-paths.ts';
import { readShortMount } from './short-mount.ts';

/** The source of a mount of that type in either form; undefined where it is none, or none that can be read. */
export function readMountSource(mount: unknown, type: 'volume' | 'bind'): string | undefined {
  try {
    const given = typeof mount === 'string' ? readShortMount(mount) : mount;
    const source = valueAt(given, ['source']);
    return valueAt(given, ['type']) === type && typeof source === 'string' ? source : undefined;
  } catch {
    return undefined;
  }
}
