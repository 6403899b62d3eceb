import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import type { Engine, SwarmFileSpec } from '../../../shared/ports/engine.ts';
import {
  configsOf,
  ensureFiles,
  type FileKind,
  removeSuperseded,
  secretsOf,
} from '../../../shared/stack/swarm-files.ts';
import { aFakeLab, type FakeLab } from '../../support/fake-lab.ts';

const LABELS = { 'com.docker.stack.namespace': 'shop' };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const file = (text: string, Name = 'shop_password'): SwarmFileSpec => ({
  Name,
  Labels: LABELS,
  Data: base64(text),
});

const ensure = (kind: FileKind, own: SwarmFileSpec[], external: string[] = [], isNew = false) =>
  ensureFiles(kind, 'shop', { own, external, isNew });

async function aSwarm(): Promise<{ lab: FakeLab; engine: Engine }> {
  const lab = aFakeLab({ managers: 1, workers: 0 });
  await lab.form();
  return { lab, engine: lab.engine('m1') };
}

describe.each([
  ['secrets', secretsOf],
  ['configs', configsOf],
] as const)('a stack’s %s', (_, kindOf) => {
  const names = async (engine: Engine) => (await kindOf(engine).list()).map(({ Spec }) => Spec.Name).sort();

  test('have their plain names at first, and are left alone while their content stays', async () => {
    const { engine } = await aSwarm();
    const { files: first } = await ensure(kindOf(engine), [file('one')]);
    expect(first.get('shop_password')?.name).toBe('shop_password');
    const { files: again } = await ensure(kindOf(engine), [file('one')]);
    expect(again).toEqual(first);
    expect(await names(engine)).toEqual(['shop_password']);
  });

  test('get a name with a digest once their content changes, the same for the same content', async () => {
    const { engine } = await aSwarm();
    await ensure(kindOf(engine), [file('one')]);
    const { files: second } = await ensure(kindOf(engine), [file('two')]);
    expect(second.get('shop_password')?.name).toMatch(/^shop_password-[0-9a-f]{12}$/);
    expect((await ensure(kindOf(engine), [file('two')])).files).toEqual(second);
    expect(await names(engine)).toHaveLength(2);
  });

  test('go back to the plain name where the content goes back', async () => {
    const { engine } = await aSwarm();
    const { files: first } = await ensure(kindOf(engine), [file('one')]);
    await ensure(kindOf(engine), [file('two')]);
    expect((await ensure(kindOf(engine), [file('one')])).files).toEqual(first);
  });

  test('are not renamed because an older version was cleared away', async () => {
    const { engine } = await aSwarm();
    const kind = kindOf(engine);
    await ensure(kind, [file('one')]);
    const { files: second, superseded } = await ensure(kind, [file('two')]);
    await removeSuperseded(kind, superseded, async () => []);
    expect(await names(engine)).toEqual([second.get('shop_password')?.name]);
    expect((await ensure(kind, [file('two')])).files).toEqual(second);
    const { files: third } = await ensure(kind, [file('three')]);
    expect(third.get('shop_password')?.name).toMatch(/^shop_password-[0-9a-f]{12}$/);
  });

  test('that a service needs, be it to roll back, are not cleared away', async () => {
    const { engine } = await aSwarm();
    const kind = kindOf(engine);
    const { files: first } = await ensure(kind, [file('one')]);
    const { superseded } = await ensure(kind, [file('two')]);
    const user = { Spec: {}, PreviousSpec: { Secrets: [{ SecretID: first.get('shop_password')?.id }] } };
    await removeSuperseded(kind, superseded, async () => [user as never]);
    expect(await names(engine)).toHaveLength(2);
  });

  test('of long names keep within the swarm’s 64 characters', async () => {
    const { engine } = await aSwarm();
    const Name = 'shop_'.padEnd(64, 'x');
    await ensure(kindOf(engine), [file('one', Name)]);
    const { files: second } = await ensure(kindOf(engine), [file('two', Name)]);
    expect(second.get(Name)?.name).toHaveLength(64);
  });

  test('declared external must be there, and all that are missing are named', async () => {
    const { engine } = await aSwarm();
    await kindOf(engine).create({ ...file('one', 'there'), Labels: {} });
    const { files: found } = await ensure(kindOf(engine), [], ['there']);
    expect(found.get('there')?.name).toBe('there');
    await expect(ensure(kindOf(engine), [], ['there', 'a', 'b'])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('a, b is declared external and is not there'),
    });
  });

  test('made by two deploys at once are made once', async () => {
    const { engine } = await aSwarm();
    const [one, two] = await Promise.all([1, 2].map(() => ensure(kindOf(engine), [file('one')])));
    expect(one).toEqual(two);
    expect(await names(engine)).toEqual(['shop_password']);
  });
});

test('any other refusal of a secret is told', async () => {
  const { lab, engine } = await aSwarm();
  const error = new SlipwayError('engine_refused', '400 too large', { facts: { status: 400 } });
  lab.all.failOnce('createSecret', 'before', { error });
  await expect(ensure(secretsOf(engine), [file('one')])).rejects.toBe(error);
});
