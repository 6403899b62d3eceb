import { type FileReference, targetOf } from '../compose/file-references.ts';
import type { ReadStack } from '../compose/read-compose.ts';
import type { ComposeService } from '../compose/service.ts';
import { fileName } from './file-specs.ts';
import { scoped } from './stack-names.ts';

/** A file as a container sees it. */
export interface FileTarget {
  Name: string;
  UID: string;
  GID: string;
  Mode: number;
}
export interface SecretUse {
  File: FileTarget;
  SecretName: string;
}
/** One at run time is no file in the container: the engine itself reads it. */
export type ConfigUse = { File: FileTarget; ConfigName: string } | { Runtime: object; ConfigName: string };

/** Read by all, changed by none. */
const DEFAULT_MODE = 0o444;

/** Sorted by name, so that another order in the file is no change. */
export function secretUses(stack: string, service: ComposeService, { file }: ReadStack): SecretUse[] {
  return (service.secrets ?? [])
    .map((reference) => ({
      File: fileTarget(reference),
      SecretName: fileName(stack, reference.source ?? '', file.secrets[reference.source ?? '']),
    }))
    .sort((a, b) => inOrder(a.SecretName, b.SecretName));
}

/** Those that the file names, those that binds have become, and the one of the credentials. */
export function configUses(
  stack: string,
  service: ComposeService,
  { file }: ReadStack,
  made: ConfigUse[],
): ConfigUse[] {
  const named = (service.configs ?? []).map((reference) => ({
    File: fileTarget(reference),
    ConfigName: fileName(stack, reference.source ?? '', file.configs[reference.source ?? '']),
  }));
  const credentials = service.credential_spec?.config;
  const read: ConfigUse[] = credentials
    ? [{ Runtime: {}, ConfigName: fileName(stack, credentials, file.configs[credentials]) }]
    : [];
  return [...named, ...made, ...read].sort((a, b) => inOrder(a.ConfigName, b.ConfigName));
}

/** @returns undefined where it is none; the name of a config among those used, which is found as the CLI finds it. */
export function credentialSpec(
  stack: string,
  { credential_spec: spec = {} }: ComposeService,
  uses: ConfigUse[],
): { Config: string; File: string; Registry: string } | 'unknown' | null {
  const { config = '', file = '', registry = '' } = spec;
  if (`${config}${file}${registry}` === '') return null;
  if (config === '') return { Config: '', File: file, Registry: registry };
  const found = [config, scoped(stack, config)].find((name) =>
    uses.some(({ ConfigName }) => ConfigName === name),
  );
  return found === undefined ? 'unknown' : { Config: found, File: '', Registry: '' };
}

export function fileTarget(reference: FileReference): FileTarget {
  return {
    Name: targetOf(reference),
    UID: reference.uid || '0',
    GID: reference.gid || '0',
    Mode: reference.mode ?? DEFAULT_MODE,
  };
}

function inOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
