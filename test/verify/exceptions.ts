import { dirname, resolve } from 'node:path';
import type { SlipwayError } from '../../shared/core/errors.ts';
import { diskSources, hasDiskBind, leadsAway } from './compose-hints.ts';
import { isMapping } from './differences.ts';
import type { ComposeInput } from './find-files.ts';
import type { StackState } from './stack-state.ts';

/** Where ours is another on purpose: the whole list, printed with each run. */
export const EXCEPTIONS = {
  'disk-binds':
    'a bind of what lies on the caller’s own disk (./x:/y): no node has that disk, so ours sends the files along as configs, and refuses what did not come with the request; the CLI sends the path',
  rotation:
    'a config or secret with another content: the CLI refuses the second deploy; ours makes one with a dated name and updates its services',
  'outside-paths':
    'a path of an env_file, config or secret that leads out of the Compose file’s folder: the CLI reads the disk it runs on; ours runs on a server, and reads nothing of it',
  bounds:
    'a file larger, or with more services or aliases, than a lab will take: refused at once; the CLI has no bound',
} as const;
export type ExceptionName = keyof typeof EXCEPTIONS;

/** Why ours may refuse what the CLI takes, if it may. */
export function excusedRefusal(input: ComposeInput, error: SlipwayError): ExceptionName | undefined {
  if (error.code === 'too_large') return 'bounds';
  if (error.code !== 'invalid_input') return undefined;
  const isAbout = (pattern: RegExp) =>
    error.issues.length > 0 && error.issues.every(({ pointer }) => pattern.test(pointer));
  if (hasDiskBind(input.data) && isAbout(/^\/services\/[^/]+\/volumes\b/)) return 'disk-binds';
  if (leadsAway(input.data) && isAbout(/\/env_file\b|^\/(configs|secrets)\//)) return 'outside-paths';
  return isAbout(/^(\/services)?$/) && /the most is \d+|alias/i.test(error.message) ? 'bounds' : undefined;
}

/** Is it the CLI's word for a config or secret that may not change? */
export function isRotation(stderr: string): boolean {
  return /only updates to Labels are allowed/.test(stderr);
}

/**
 * Takes the CLI's binds of the caller's disk out of its services, and what ours made of them out of ours: configs that
 * the CLI has not, whose files lie where those binds would. All else stays, to be compared.
 */
export function setDiskBindsAside(
  input: ComposeInput,
  theirs: StackState,
  ours: StackState,
): { theirs: StackState; ours: StackState; isUsed: boolean } {
  const disk = new Set(
    diskSources(input.data, input.source.variables).map((path) => resolve(dirname(input.path), path)),
  );
  if (disk.size === 0) return { theirs, ours, isUsed: false };
  const targets = new Map<string, string[]>();
  const replaced = new Set<string>();

  const services = mapValues(theirs.services, (service, name) =>
    withoutItems(service, 'Mounts', (mount) => {
      const isDisk = mount.Type === 'bind' && disk.has(String(mount.Source));
      if (isDisk) targets.set(name, [...(targets.get(name) ?? []), String(mount.Target).replace(/\/+$/, '')]);
      return isDisk;
    }),
  );
  const own = mapValues(ours.services, (service, name) =>
    withoutItems(service, 'Configs', (config) => {
      const config_ = String(config.ConfigName);
      const file = isMapping(config.File) ? String(config.File.Name) : '';
      const isReplacement =
        !Object.hasOwn(theirs.configs, config_) &&
        (targets.get(name) ?? []).some((target) => file === target || file.startsWith(`${target}/`));
      if (isReplacement) replaced.add(config_);
      return isReplacement;
    }),
  );
  const configs = Object.fromEntries(Object.entries(ours.configs).filter(([name]) => !replaced.has(name)));
  return {
    theirs: { ...theirs, services },
    ours: { ...ours, services: own, configs },
    isUsed: targets.size > 0,
  };
}

function mapValues(
  mapping: Record<string, unknown>,
  map: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, map(value, key)]));
}

/** A service without some of its container's mounts or configs; without the list, where nothing of it is left. */
function withoutItems(
  service: unknown,
  key: 'Mounts' | 'Configs',
  isOut: (item: Record<string, unknown>) => boolean,
): unknown {
  const inside = (value: unknown, [next, ...rest]: string[]): unknown => {
    if (!isMapping(value) || next === undefined) return value;
    if (rest.length > 0) return { ...value, [next]: inside(value[next], rest) };
    const { [next]: list, ...others } = value;
    if (!Array.isArray(list)) return value;
    const left = list.filter((item) => !(isMapping(item) && isOut(item)));
    return left.length === 0 ? others : { ...others, [next]: left };
  };
  return inside(service, ['Spec', 'TaskTemplate', 'ContainerSpec', key]);
}
