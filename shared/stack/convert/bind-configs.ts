import { sha256 } from '../../core/ids.ts';
import type { SwarmFileSpec } from '../../ports/engine.ts';
import type { ServiceMount } from '../compose/mounts.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import { isAbsolute } from '../compose/short-mount.ts';
import { findSourceFile } from '../compose/source-files.ts';
import { pointerTo } from '../compose/yaml-file.ts';
import type { Remark } from '../remark.ts';
import { type ConfigUse, fileTarget } from './file-uses.ts';
import { labelled } from './stack-names.ts';

/** A service's mounts that lead to nodes, and what those that lead to the caller's disk have become. */
export interface BindConfigs {
  mounts: ServiceMount[];
  configs: SwarmFileSpec[];
  uses: ConfigUse[];
  remarks: Remark[];
}

const LONGEST_NAME = 64;
const DIGEST_LENGTH = 8;

/**
 * Makes configs of relative binds, one for each file, where the CLI sends a path of the caller's disk, which means nothing
 * in a cluster.
 * @param taken the names of configs so far and what each is of; those made are added.
 */
export function bindConfigs(
  stack: string,
  service: string,
  read: ReadStack,
  taken: Map<string, string>,
): BindConfigs {
  const result: BindConfigs = { mounts: [], configs: [], uses: [], remarks: [] };
  for (const [index, mount] of (read.file.services[service]?.volumes ?? []).entries()) {
    if (mount.type !== 'bind' || isAbsolute(mount.source ?? '')) {
      result.mounts.push(mount);
      continue;
    }
    const files = filesOf(mount, read);
    for (const { path, target, base64 } of files.filter(({ base64 }) => base64 !== '')) {
      const name = configName(stack, service, path, taken);
      if (!result.configs.some(({ Name }) => Name === name)) {
        result.configs.push({ Name: name, Labels: labelled(stack), Data: base64 });
      }
      result.uses.push({ File: fileTarget({ target }), ConfigName: name });
    }
    result.remarks.push(remarkOn(mount, files, ['services', service, 'volumes', index], read));
  }
  return result;
}

interface BoundFile {
  path: string;
  target: string;
  base64: string;
}

function filesOf({ source = '', target = '' }: ServiceMount, read: ReadStack): BoundFile[] {
  const found = findSourceFile(read.source, source);
  // Reading has made sure that something came.
  if (found.kind === 'none') throw new Error(found.message);
  if (found.kind === 'file') return [{ path: found.path, target, base64: found.base64 }];
  return found.files.map(({ rest, base64 }) => ({
    path: found.path === '.' ? rest : `${found.path}/${rest}`,
    target: `${target.replace(/\/+$/, '')}/${rest}`,
    base64,
  }));
}

/** The same for the same file each time; with a digest where it would be too long, or another's. */
function configName(stack: string, service: string, path: string, taken: Map<string, string>): string {
  const of = `${service} ${path}`;
  const plain = `${stack}_${service}_${path}`.replace(/[^a-zA-Z0-9._-]/g, '-').replace(/[._-]+$/, '');
  const free = plain.length <= LONGEST_NAME && (taken.get(plain) ?? of) === of;
  const digest = sha256(of).slice(0, DIGEST_LENGTH);
  const name = free ? plain : `${plain.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1)}-${digest}`;
  taken.set(name, of);
  return name;
}

function remarkOn(
  { source = '', read_only }: ServiceMount,
  files: BoundFile[],
  path: PropertyKey[],
  read: ReadStack,
): Remark {
  const made = files.filter(({ base64 }) => base64 !== '').length;
  const count = made === 1 ? 'a config' : `${made} configs`;
  const writing = read_only ? '' : '; they are read-only';
  const empty = made < files.length ? `; ${files.length - made} that are empty are left out` : '';
  const place = read.placeOf(path);
  return {
    pointer: pointerTo(path),
    message: `${source} is made ${count}, because a path on your disk means nothing in a cluster${made === 1 ? writing.replace('they are', 'it is') : writing}${empty}`,
    ...(place === undefined ? {} : { place }),
  };
}
