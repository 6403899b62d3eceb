import { z } from 'zod';
import { isSlipwayError, messageOf, SlipwayError } from '../../core/errors.ts';
import type { Engine, Service, ServiceSpec, SwarmFile } from '../../ports/engine.ts';
import type { Asked } from '../once.ts';
import { inOurWords } from './engine-words.ts';
import { checkSize } from './file-request.ts';
import { usesFile } from './file-view.ts';
import { findFile } from './files.ts';
import { labMac } from './lab-mac.ts';
import type { SecretReference } from './named-objects.ts';
import { updateService } from './update-service.ts';
import { type SwarmWrite, type SwarmWriteDeps, writeSwarm } from './write-swarm.ts';

/** On each version of a secret but the first: the name that it began with. */
const ROTATION_LABEL = 'slipway.secret';
const DIGEST_LENGTH = 12;
/** Swarm's limit on a secret's name. */
const LONGEST_NAME = 64;

export const Rotation = z
  .object({
    name: z.string().describe('The secret that holds the new value'),
    id: z.string(),
    updated: z.array(z.string()).describe('Services that were given it, at the same path as before'),
    removed: z.array(z.string()).describe('Secrets with earlier values, which nothing needs any more'),
    kept: z
      .array(z.object({ name: z.string(), because: z.string() }))
      .describe('Those that a rollback would need; the next rotation looks again'),
  })
  .meta({ id: 'Rotation' });
export type Rotation = z.output<typeof Rotation>;

/**
 * Gives a secret another value: a new secret beside it, under a name with a keyed digest of the value, takes its place in
 * every service that uses it. The same value makes the same name, so that what a crash cut short is completed by asking
 * again; earlier versions go once no service and no rollback needs them.
 * @throws SlipwayError `not_found`; `conflict` for a secret that a driver holds.
 */
export async function rotateSecret(
  deps: SwarmWriteDeps,
  write: SwarmWrite,
  nameOrId: string,
  data: string,
): Promise<Rotation> {
  checkSize('secret', data);
  const { labId } = write;
  return await writeSwarm(deps, write, async (engine, asked) => {
    const there = await engine.secrets();
    const current = newestOf(there, nameOrId);
    const base = current.Spec.Labels[ROTATION_LABEL] ?? current.Spec.Name;
    const mac = await labMac(deps, labId, 'secret version', `${base}\n${data}`);
    const name = `${base.slice(0, LONGEST_NAME - DIGEST_LENGTH - 1)}-${mac.slice(0, DIGEST_LENGTH)}`;
    const overtaken = overtakenBy(there, base, name, asked);
    if (overtaken !== undefined) return overtaken;
    const version = await ensureVersion(engine, there, current, { name, base, data });
    const former = there.filter((file) => isVersionOf(file, base) && file.ID !== version.id);
    const updated = await moveServices(engine, former, version);
    return { ...version, updated, ...(await removeUnused(engine, former)) };
  });
}

/** The name may be the first one's, which has long been replaced. */
function newestOf(there: SwarmFile[], nameOrId: string): SwarmFile {
  const exact = there.find(({ ID, Spec }) => ID === nameOrId || Spec.Name === nameOrId);
  const versions = there
    .filter(({ Spec }) => Spec.Labels[ROTATION_LABEL] === nameOrId)
    .sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
  return exact ?? versions[0] ?? findFile(there, 'secret', nameOrId);
}

function isVersionOf({ Spec }: SwarmFile, base: string): boolean {
  return Spec.Name === base || Spec.Labels[ROTATION_LABEL] === base;
}

/**
 * A repeated request does not bring back a value that another one has replaced since.
 * @throws SlipwayError `conflict` where nothing is left of it.
 */
function overtakenBy(
  there: SwarmFile[],
  base: string,
  name: string,
  { isRepeat, firstAt }: Asked,
): Rotation | undefined {
  const newer = there.find(
    (file) => isVersionOf(file, base) && file.Spec.Name !== name && Date.parse(file.CreatedAt) > firstAt,
  );
  if (!isRepeat || newer === undefined) return undefined;
  const made = there.find(({ Spec }) => Spec.Name === name);
  if (made !== undefined) return { name, id: made.ID, updated: [], removed: [], kept: [] };
  throw new SlipwayError('conflict', `${newer.Spec.Name} has replaced it since, and it is gone`);
}

async function ensureVersion(
  engine: Engine,
  there: SwarmFile[],
  { Spec }: SwarmFile,
  { name, base, data }: { name: string; base: string; data: string },
): Promise<{ name: string; id: string }> {
  if (Spec.Driver !== undefined) {
    throw new SlipwayError(
      'conflict',
      `${Spec.Name} is held by the driver ${Spec.Driver.Name}: change it there`,
    );
  }
  const made = there.find((file) => file.Spec.Name === name);
  if (made !== undefined) return { name, id: made.ID };
  // The stack's label goes along: a secret of a stack stays one, and goes with it.
  const Labels = { ...Spec.Labels, [ROTATION_LABEL]: base };
  const Templating = Spec.Templating === undefined ? {} : { Templating: Spec.Templating };
  const { id } = await engine.createSecret({ Name: name, Labels, Data: data, ...Templating });
  return { name, id };
}

/** @throws SlipwayError naming those that have it and those that have not: asking again goes on from there. */
async function moveServices(
  engine: Engine,
  former: SwarmFile[],
  version: { name: string; id: string },
): Promise<string[]> {
  const services = await engine.services();
  const users = services.filter(({ Spec }) => former.some(({ ID }) => usesFile(Spec, ID)));
  const ids = new Set(former.map(({ ID }) => ID));
  const updated: string[] = [];
  for (const { ID, Spec } of users) {
    try {
      await inOurWords(updateService(engine, ID, (service) => withVersion(service, ids, version)));
      updated.push(Spec.Name);
    } catch (error) {
      // Removed since: it needs nothing.
      if (isSlipwayError(error, 'not_found')) continue;
      if (!isSlipwayError(error)) throw error;
      const left = users.map((user) => user.Spec.Name).filter((name) => !updated.includes(name));
      const message = `${version.name} is made, but ${left.join(', ')} could not be given it: ${messageOf(error)}; ask again`;
      throw new SlipwayError(error.code, message, {
        cause: error,
        retryable: error.retryable,
        facts: { name: version.name, updated, left },
      });
    }
  }
  return updated.sort();
}

function withVersion(
  { Spec }: Service,
  former: Set<string>,
  { name, id }: { name: string; id: string },
): ServiceSpec {
  const container = Spec.TaskTemplate.ContainerSpec as { Secrets?: SecretReference[] };
  const Secrets = (container.Secrets ?? []).map((reference) =>
    former.has(reference.SecretID) ? { ...reference, SecretID: id, SecretName: name } : reference,
  );
  return { ...Spec, TaskTemplate: { ...Spec.TaskTemplate, ContainerSpec: { ...container, Secrets } } };
}

async function removeUnused(
  engine: Engine,
  former: SwarmFile[],
): Promise<Pick<Rotation, 'removed' | 'kept'>> {
  const services = former.length === 0 ? [] : await engine.services();
  const removed: string[] = [];
  const kept: Rotation['kept'] = [];
  for (const { ID, Spec } of former) {
    const user = services.find((service) => usesFile(service.Spec, ID) || usesFile(service.PreviousSpec, ID));
    const because =
      user === undefined ? await remove(engine, ID) : `${user.Spec.Name} would need it to roll back`;
    if (because === undefined) removed.push(Spec.Name);
    else kept.push({ name: Spec.Name, because });
  }
  return { removed, kept };
}

/** @returns why it is still there: somebody took it up a moment ago. */
async function remove(engine: Engine, id: string): Promise<string | undefined> {
  try {
    await inOurWords(engine.removeSecret(id));
  } catch (error) {
    if (isSlipwayError(error, 'conflict')) return messageOf(error);
    if (!isSlipwayError(error, 'not_found')) throw error;
  }
  return undefined;
}
