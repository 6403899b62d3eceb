import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import { isMapping } from './differences.ts';
import { isSettled, type StackState } from './stack-state.ts';

/** What a deploy makes by itself, as the Engine API's paths have it. */
export type ObjectKind = 'services' | 'networks' | 'configs' | 'secrets';

const Id = z
  .looseObject({ ID: z.string().optional(), Id: z.string().optional() })
  .transform(({ ID, Id }) => ID ?? Id ?? '');

/** @returns its id. */
export function createObject(http: EngineHttp, kind: ObjectKind, spec: object): Promise<string> {
  return http.call({ method: 'POST', path: `/${kind}/create`, body: spec, schema: Id });
}

export async function removeObject(http: EngineHttp, kind: ObjectKind, id: string): Promise<void> {
  await http.call({ method: 'DELETE', path: `/${kind}/${id}`, schema: z.unknown() });
}

const Named = z.looseObject({
  ID: z.string().optional(),
  Id: z.string().optional(),
  Name: z.string().optional(),
  Spec: z.looseObject({ Name: z.string() }).optional(),
});

export async function removeNamed(http: EngineHttp, kind: ObjectKind, name: string): Promise<void> {
  const all = await http.call({ path: `/${kind}`, schema: z.array(Named) });
  const ids = all
    .filter((object) => (object.Spec?.Name ?? object.Name) === name)
    .map(({ ID, Id }) => ID ?? Id ?? '');
  await Promise.all(ids.map((id) => removeObject(http, kind, id)));
}

const NOTHING: StackState = { services: {}, networks: {}, volumes: {}, configs: {}, secrets: {} };
const SETTLED_WITHIN_MS = 3000;
const PAUSE_MS = 10;

/** An object, once the swarm has given a network its range, as the only one of a stack, under a name. */
export async function inspectAlone(
  http: EngineHttp,
  kind: ObjectKind,
  id: string,
  name: string,
): Promise<StackState> {
  const end = Date.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const state = { ...NOTHING, [kind]: { [name]: await inspect(http, kind, id) } };
    if (kind !== 'networks' || isSettled(state) || Date.now() > end) return state;
    await sleep(PAUSE_MS);
  }
}

/** As lists give it: a network by itself tells more. */
async function inspect(http: EngineHttp, kind: ObjectKind, id: string): Promise<unknown> {
  if (kind !== 'networks') return http.call({ path: `/${kind}/${id}`, schema: z.unknown() });
  const query = { filters: { id: [id] } };
  return (await http.call({ path: '/networks', query, schema: z.array(z.unknown()) }))[0];
}

/**
 * What of an object came from whoever made it, in one text; nothing here is normalised.
 * @param spec what it was made from: a range that is not in it the swarm chose.
 */
export function heldOf(kind: ObjectKind, object: unknown, spec: unknown): string {
  if (!isMapping(object)) return '';
  if (kind !== 'networks') return JSON.stringify(object.Spec);
  const { Id: _, Created: __, IPAM, Options, ...rest } = object;
  const { Config, ...range } = isMapping(IPAM) ? IPAM : {};
  const options = Object.entries(isMapping(Options) ? Options : {}).filter(
    ([name]) => !name.endsWith('vxlanid_list'),
  );
  const isChosen = !/"Subnet"/.test(JSON.stringify(spec));
  return JSON.stringify([rest, range, options, isChosen ? 'chosen' : Config]);
}
