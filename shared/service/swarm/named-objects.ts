import { type InputIssue, SlipwayError } from '../../core/errors.ts';
import { guess } from '../../core/nearest.ts';
import type { Engine, SwarmFile } from '../../ports/engine.ts';
import type { FileUse } from './file-use-request.ts';

/** A secret or config in a service's spec, in the Engine's words. */
export interface SecretReference {
  File: { Name: string; UID: string; GID: string; Mode: number };
  SecretID: string;
  SecretName: string;
}
export interface ConfigReference {
  File: { Name: string; UID: string; GID: string; Mode: number };
  ConfigID: string;
  ConfigName: string;
}

/** What a request names that must be in the swarm. */
export interface Wanted {
  secrets?: { uses: FileUse[]; pointer: string } | undefined;
  configs?: { uses: FileUse[]; pointer: string } | undefined;
  networks?: { name: string; aliases: string[] }[] | undefined;
}

/** The same as the Engine takes it, by ids. */
export interface Named {
  secrets: SecretReference[];
  configs: ConfigReference[];
  networks: { Target: string; Aliases?: string[] }[];
}

/**
 * Finds what a request names. Asks the swarm only for kinds that it names.
 * @throws SlipwayError `invalid_input` with everything that is not there, each with a pointer.
 */
export async function findNamed(engine: Engine, { secrets, configs, networks = [] }: Wanted): Promise<Named> {
  const ask = <T>(needed: boolean, list: () => Promise<T[]>) => (needed ? list() : Promise.resolve([]));
  const [secretList, configList, networkList] = await Promise.all([
    ask((secrets?.uses.length ?? 0) > 0, () => engine.secrets()),
    ask((configs?.uses.length ?? 0) > 0, () => engine.configs()),
    ask(networks.length > 0, () => engine.networks()),
  ]);
  const issues: InputIssue[] = [];
  const found = {
    secrets: (secrets?.uses ?? []).flatMap((use, index) => {
      const file = findFile('secret', secretList, use, `${secrets?.pointer}/${index}`, issues);
      return file === undefined ? [] : [{ File: fileOf(use), SecretID: file.ID, SecretName: use.source }];
    }),
    configs: (configs?.uses ?? []).flatMap((use, index) => {
      const file = findFile('config', configList, use, `${configs?.pointer}/${index}`, issues);
      return file === undefined ? [] : [{ File: fileOf(use), ConfigID: file.ID, ConfigName: use.source }];
    }),
    networks: networks
      .flatMap(({ name, aliases }, index) => {
        const network = networkList.find(({ Name, Id }) => Name === name || Id === name);
        if (network === undefined) {
          const names = networkList.filter(({ Scope }) => Scope === 'swarm').map(({ Name }) => Name);
          const message = `there is no network "${name.slice(0, 64)}"; ${guess(name, names)}create it with docker network create --driver overlay`;
          issues.push({ pointer: `/networks/${index}`, message });
          return [];
        }
        // Each node has a bridge of its own, by the same name.
        const Target = network.Scope === 'swarm' ? network.Id : network.Name;
        return [{ Target, ...(aliases.length === 0 ? {} : { Aliases: aliases }) }];
      })
      .sort((a, b) => (a.Target < b.Target ? -1 : 1)),
  };
  if (issues.length > 0) {
    const message = issues.map((issue) => issue.message).join('; ');
    throw new SlipwayError('invalid_input', message, { issues });
  }
  return found;
}

function findFile(
  word: 'secret' | 'config',
  files: SwarmFile[],
  { source }: FileUse,
  pointer: string,
  issues: InputIssue[],
): SwarmFile | undefined {
  const file = files.find(({ Spec }) => Spec.Name === source);
  if (file === undefined) {
    const names = files.map(({ Spec }) => Spec.Name);
    const message = `there is no ${word} "${source}"; ${guess(source, names)}create it first`;
    issues.push({ pointer, message });
  }
  return file;
}

function fileOf({ target, uid, gid, mode }: FileUse) {
  return { Name: target, UID: uid, GID: gid, Mode: mode };
}
