import { isSlipwayError, SlipwayError } from '../../core/errors.ts';
import { guess } from '../../core/nearest.ts';
import type { Engine, SwarmFile, SwarmFileSpec } from '../../ports/engine.ts';
import type { Page } from '../../ports/store.ts';
import { configsOf, type FileKind, secretsOf } from '../../stack/swarm-files.ts';
import type { Caller } from '../caller.ts';
import { type PageQuery, pageOf } from '../page-of.ts';
import { inOurWords } from './engine-words.ts';
import { checkSize } from './file-request.ts';
import { type ConfigDetail, type FileView, viewConfig, viewFile } from './file-view.ts';
import { openSwarm, type SwarmDeps } from './open-swarm.ts';
import { wasMadeSince } from './was-made-since.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

export type FileWord = FileKind['word'];

/** The secrets or configs of a lab, whoever made them, by name. */
export async function listFiles(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  word: FileWord,
  query: PageQuery,
): Promise<Page<FileView>> {
  const { engine } = await openSwarm(deps, caller, labId);
  const [files, services] = await inOurWords(Promise.all([kindOf(engine, word).list(), engine.services()]));
  const { items, ...more } = pageOf(files, ({ Spec }) => Spec.Name, query);
  return { items: items.map((file) => viewFile(file, services)), ...more };
}

/** @throws SlipwayError `not_found` */
export async function getSecret(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  nameOrId: string,
): Promise<FileView> {
  const { file, engine } = await openFile(deps, caller, labId, 'secret', nameOrId);
  return viewFile(file, await inOurWords(engine.services()));
}

/** With what is in it. @throws SlipwayError `not_found` */
export async function getConfig(
  deps: SwarmDeps,
  caller: Caller,
  labId: string,
  nameOrId: string,
): Promise<ConfigDetail> {
  const { file, engine } = await openFile(deps, caller, labId, 'config', nameOrId);
  return viewConfig(file, await inOurWords(engine.services()));
}

async function openFile(deps: SwarmDeps, caller: Caller, labId: string, word: FileWord, nameOrId: string) {
  const { engine } = await openSwarm(deps, caller, labId);
  const file = findFile(await inOurWords(kindOf(engine, word).list()), word, nameOrId);
  return { engine, file };
}

/**
 * Makes a secret or config.
 * @param spec its data in base64.
 * @throws SlipwayError `conflict` where the name is taken, `too_large`.
 */
export async function createFile(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  word: FileWord,
  spec: SwarmFileSpec,
): Promise<FileView> {
  checkSize(word, spec.Data ?? '');
  return await writeSwarm(deps, write, async (engine, asked) => {
    const kind = kindOf(engine, word);
    try {
      await kind.create(spec);
    } catch (error) {
      const made = asked.isRepeat ? await findMade(kind, spec.Name) : undefined;
      if (made === undefined || !wasMadeSince(made.CreatedAt, asked)) throw error;
    }
    return viewFile(findFile(await kind.list(), word, spec.Name), await engine.services());
  });
}

async function findMade(kind: FileKind, name: string): Promise<SwarmFile | undefined> {
  return (await kind.list()).find(({ Spec }) => Spec.Name === name);
}

/** @throws SlipwayError `not_found`; `conflict` naming the services that use it. */
export async function removeFile(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  word: FileWord,
  nameOrId: string,
): Promise<void> {
  await writeSwarm(deps, write, async (engine, { isRepeat }) => {
    const kind = kindOf(engine, word);
    try {
      await kind.remove(findFile(await kind.list(), word, nameOrId).ID);
    } catch (error) {
      // The first of its kind removed it, and its answer was lost.
      if (!isRepeat || !isSlipwayError(error, 'not_found')) throw error;
    }
  });
}

/** @throws SlipwayError `not_found`, with the nearest name. */
export function findFile(files: SwarmFile[], word: FileWord, nameOrId: string): SwarmFile {
  const found = files.find(({ ID }) => ID === nameOrId) ?? files.find(({ Spec }) => Spec.Name === nameOrId);
  if (found !== undefined) return found;
  const names = files.map(({ Spec }) => Spec.Name);
  throw new SlipwayError(
    'not_found',
    `there is no ${word} "${nameOrId.slice(0, 64)}"; ${guess(nameOrId, names)}GET …/${word}s lists them`,
  );
}

function kindOf(engine: Engine, word: FileWord): FileKind {
  return word === 'secret' ? secretsOf(engine) : configsOf(engine);
}
