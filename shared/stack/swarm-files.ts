import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import { sha256 } from '../core/ids.ts';
import type { Engine, Service, SwarmFile, SwarmFileSpec } from '../ports/engine.ts';
import { STACK_LABEL } from './convert/stack-names.ts';

/** Secrets and configs are kept alike by a swarm: immutable but for their labels, and named once. */
export interface FileKind {
  word: 'secret' | 'config';
  list(): Promise<SwarmFile[]>;
  create(spec: SwarmFileSpec): Promise<{ id: string }>;
  update(id: string, version: number, spec: SwarmFileSpec): Promise<void>;
  remove(id: string): Promise<void>;
}

export function secretsOf(engine: Engine): FileKind {
  return {
    word: 'secret',
    list: () => engine.secrets(),
    create: (spec) => engine.createSecret(spec),
    update: (id, version, spec) => engine.updateSecret(id, version, spec),
    remove: (id) => engine.removeSecret(id),
  };
}

export function configsOf(engine: Engine): FileKind {
  return {
    word: 'config',
    list: () => engine.configs(),
    create: (spec) => engine.createConfig(spec),
    update: (id, version, spec) => engine.updateConfig(id, version, spec),
    remove: (id) => engine.removeConfig(id),
  };
}

/** A file as the swarm has it. */
export interface KnownFile {
  id: string;
  name: string;
}

export interface WantedFiles {
  own: SwarmFileSpec[];
  /** Names in the swarm of those that must be there already. */
  external: string[];
  /** Its own are thought not to be there, and not looked for first. */
  isNew: boolean;
}

export interface EnsuredFiles {
  /** What the file's names stand for. */
  files: Map<string, KnownFile>;
  /** Earlier contents of the same names, which the swarm still keeps. */
  superseded: SwarmFile[];
}

/** What a swarm says of new data under an old name. */
const IMMUTABLE = /only updates to Labels are allowed/i;
const TAKEN = /already exists|name conflicts/i;
const DIGEST_LENGTH = 12;
/** Swarm's limit on a secret's or config's name. */
const LONGEST_NAME = 64;

/**
 * Makes a stack's secrets or configs that are not there yet, all at once. The first of a name has that plain name, as with
 * the CLI; only one whose content has changed since gets a name with a digest of its content beside it, so that an
 * update works where the CLI refuses.
 * @throws SlipwayError `conflict` where an external one is missing.
 */
export async function ensureFiles(
  kind: FileKind,
  stack: string,
  { own: specs, external, isNew }: WantedFiles,
): Promise<EnsuredFiles> {
  if (specs.length === 0 && external.length === 0) return { files: new Map(), superseded: [] };
  const there = isNew && external.length === 0 ? [] : await kind.list();
  const missing = external.filter((name) => !there.some(({ Spec }) => Spec.Name === name));
  if (missing.length > 0) {
    throw new SlipwayError(
      'conflict',
      `stack ${stack}: the ${kind.word} ${missing.join(', ')} is declared external and is not there: create it first, with docker ${kind.word} create`,
    );
  }
  const known = there
    .filter(({ Spec }) => external.includes(Spec.Name))
    .map(({ ID, Spec }): [string, KnownFile] => [Spec.Name, { id: ID, name: Spec.Name }]);
  const own = await Promise.all(
    specs.map(async (spec): Promise<[string, KnownFile]> => [spec.Name, await ensureFile(kind, spec, there)]),
  );
  return { files: new Map([...known, ...own]), superseded: supersededBy(new Map(own), stack, there) };
}

function supersededBy(current: Map<string, KnownFile>, stack: string, there: SwarmFile[]): SwarmFile[] {
  const plainNames = [...current.keys()];
  const names = [...current.values()].map(({ name }) => name);
  return there.filter(
    ({ Spec: { Name, Labels } }) =>
      Labels[STACK_LABEL] === stack &&
      !names.includes(Name) &&
      plainNames.some((plain) => Name === plain || isVersionOf(plain, Name)),
  );
}

async function ensureFile(
  kind: FileKind,
  spec: SwarmFileSpec,
  there: SwarmFile[],
  isLast = false,
): Promise<KnownFile> {
  const named = (name: string) => there.find(({ Spec }) => Spec.Name === name);
  const dated = datedName(spec);
  const same = named(dated);
  if (same) return { id: same.ID, name: dated };
  const plain = named(spec.Name);
  if (plain && (await isStill(kind, plain, spec))) return { id: plain.ID, name: spec.Name };
  const changedBefore = there.some(({ Spec }) => isVersionOf(spec.Name, Spec.Name));
  const name = plain || changedBefore ? dated : spec.Name;
  try {
    return { id: (await kind.create({ ...spec, Name: name })).id, name };
  } catch (error) {
    if (!isSlipwayError(error, 'engine_refused') || !TAKEN.test(error.message)) throw error;
    // It was not looked for, or another deploy of the same stack was a moment faster.
    if (!isLast) return await ensureFile(kind, spec, await kind.list(), true);
    throw new SlipwayError(
      'conflict',
      `a ${kind.word} ${name} is being made by somebody else: deploy again`,
      {
        cause: error,
        retryable: true,
      },
    );
  }
}

/**
 * Is this its content? Of a secret only the swarm can tell: it agrees to an update with the same data, and refuses any
 * other. The labels are the file's from then on, as with the CLI.
 */
async function isStill(kind: FileKind, existing: SwarmFile, spec: SwarmFileSpec): Promise<boolean> {
  const { Spec } = existing;
  // The swarm passes over another template driver in silence.
  if ((Spec.Templating?.Name ?? '') !== (spec.Templating?.Name ?? '')) return false;
  if (kind.word === 'config') {
    if (Spec.Data !== spec.Data) return false;
    if (hasLabels(Spec.Labels, spec.Labels)) return true;
  }
  try {
    await kind.update(existing.ID, existing.Version.Index, spec);
    return true;
  } catch (error) {
    if (isSlipwayError(error, 'engine_refused') && IMMUTABLE.test(error.message)) return false;
    throw error;
  }
}

function hasLabels(existing: Record<string, string>, wanted: Record<string, string>): boolean {
  const names = Object.keys(wanted);
  return (
    names.length === Object.keys(existing).length && names.every((name) => existing[name] === wanted[name])
  );
}

/** The name of a content that is not the first under its name. */
function datedName({ Name, Data, Templating }: SwarmFileSpec): string {
  const digest = sha256(JSON.stringify([Name, Data, Templating?.Name])).slice(0, DIGEST_LENGTH);
  return `${stem(Name)}-${digest}`;
}

function stem(name: string): string {
  return name.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1);
}

function isVersionOf(plain: string, name: string): boolean {
  const start = `${stem(plain)}-`;
  return name.startsWith(start) && /^[0-9a-f]{12}$/.test(name.slice(start.length));
}

/** Removes those of a stack's superseded files that no service needs, be it to roll back. */
export async function removeSuperseded(
  kind: FileKind,
  superseded: SwarmFile[],
  services: () => Promise<Service[]>,
): Promise<void> {
  if (superseded.length === 0) return;
  const needed = JSON.stringify((await services()).flatMap(({ Spec, PreviousSpec }) => [Spec, PreviousSpec]));
  await Promise.all(
    superseded.filter(({ ID }) => !needed.includes(ID)).map(({ ID }) => unlessUsed(kind.remove(ID))),
  );
}

/** Somebody took it up since; the next deploy looks again. */
async function unlessUsed(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const status = isSlipwayError(error, 'engine_refused') ? error.facts.status : undefined;
    if (status !== 400 && status !== 404) throw error;
  }
}
