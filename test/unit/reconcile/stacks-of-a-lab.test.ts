import { describe, expect, test } from 'vitest';
import type { StackSpec } from '../../../shared/lab/lab.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { keepSource } from '../../../shared/stack/stack-sources.ts';
import type { EngineCall } from '../../support/fake-engine.ts';
import { aSchool } from '../../support/school.ts';

type School = Awaited<ReturnType<typeof aSchool>>;

const shop = (replicas: number) => `
services:
  web: { image: nginx, ports: ["8081:80"], deploy: { replicas: ${replicas} }, secrets: [word] }
secrets: { word: { file: ./word.txt } }
`;

/** Asks for the stack `shop` as the API does. */
async function put(school: School, compose: string, more: Partial<StackSpec> = {}, word = 'one') {
  const files = { 'word.txt': Buffer.from(word).toString('base64') };
  const source = await keepSource(school.deps, school.id, { ...composeOnly(compose), files });
  await school.change((spec) => {
    const before = spec.stacks.find(({ name }) => name === 'shop');
    const stack = { name: 'shop', source, revision: (before?.revision ?? 0) + 1, ...more };
    return { ...spec, stacks: [...spec.stacks.filter(({ name }) => name !== 'shop'), stack] };
  });
}

async function drop(school: School) {
  await school.change((spec) => ({ ...spec, stacks: spec.stacks.filter(({ name }) => name !== 'shop') }));
}

const engineOf = (school: School) => school.engines.machine(school.id, 'LINUXtips-01');
const servicesOf = async (school: School) => await engineOf(school).services({ stack: 'shop' });
const tasksOf = async (school: School, stack: string) =>
  (await school.load()).status.stacks.find(({ name }) => name === stack)?.services;

describe('a stack asked for by request', () => {
  test('is deployed into the ready lab, which tells what it publishes and is ready again', async () => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(2));
    await school.pass(30);
    expect(await school.phase()).toBe('ready');
    const { status } = await school.load();
    const stack = status.stacks.find(({ name }) => name === 'shop');
    expect(stack).toMatchObject({
      published: [{ service: 'web', port: 8081 }],
      services: [{ name: 'shop_web', desired: 2, running: 2 }],
    });
    expect(status.events.map(({ message }) => message)).toContain(
      'stack shop deployed: 1 service created; waiting for its tasks',
    );
  });

  test('asked for anew is updated in place, and what the student took away comes back', async () => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(2));
    await school.pass(30);
    const [before] = await servicesOf(school);
    await put(school, shop(3));
    await school.pass(30);
    expect(await servicesOf(school)).toMatchObject([{ ID: before?.ID }]);
    expect(await tasksOf(school, 'shop')).toMatchObject([{ desired: 3, running: 3 }]);
    await engineOf(school).removeService(before?.ID ?? '');
    await school.pass(30);
    expect(await servicesOf(school)).toEqual([]);
    await put(school, shop(3));
    await school.pass(30);
    expect(await tasksOf(school, 'shop')).toMatchObject([{ desired: 3, running: 3 }]);
  });

  test('with a changed secret gets it under another name, and the old one goes', async () => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(1));
    await school.pass(30);
    await put(school, shop(1), {}, 'two');
    await school.pass(30);
    const names = (await engineOf(school).secrets({ stack: 'shop' })).map(({ Spec }) => Spec.Name);
    // The one of before is kept for a rollback.
    expect(names).toEqual(['shop_word', expect.stringMatching(/^shop_word-[0-9a-f]{12}$/)]);
    await put(school, shop(1), {}, 'three');
    await school.pass(30);
    const after = (await engineOf(school).secrets({ stack: 'shop' })).map(({ Spec }) => Spec.Name);
    expect(after).not.toContain('shop_word');
    expect(after).toHaveLength(2);
  });

  test('asked for no more is removed whole, and its neighbour stays', async () => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(2));
    await school.pass(30);
    await drop(school);
    await school.pass(60);
    expect(await servicesOf(school)).toEqual([]);
    expect(await engineOf(school).secrets({ stack: 'shop' })).toEqual([]);
    expect(await engineOf(school).networks({ stack: 'shop' })).toEqual([]);
    expect((await school.load()).status.stacks.map(({ name }) => name)).toEqual(['webserver']);
    expect(await school.phase()).toBe('ready');
    expect((await school.load()).status.events.map(({ message }) => message)).toContain('stack shop removed');
  });

  test('that cannot be deployed leaves the lab degraded with the reason, and its neighbour alone', async () => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(2).replace('8081', '8080'));
    await school.pass(60);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.StacksConverged.message).toMatch(/8080.*webserver_web/);
    await drop(school);
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
  });

  test('whose files are gone says so, and does not take the lab down', async () => {
    const school = await aSchool();
    await school.pass(60);
    await school.change((spec) => ({
      ...spec,
      stacks: [...spec.stacks, { name: 'shop', source: 'not-there', revision: 1 }],
    }));
    await school.pass(30);
    expect(await school.phase()).toBe('degraded');
    expect((await school.load()).status.conditions.StacksConverged.message).toMatch(/send them again/);
  });

  const calls: EngineCall[] = ['createSecret', 'secrets', 'createNetwork', 'createService', 'services'];
  const cuts = calls.flatMap((call) => (['before', 'after'] as const).map((when) => [call, when] as const));
  test.each(cuts)('comes up all the same when %s fails %s its effect', async (call, when) => {
    const school = await aSchool();
    await school.pass(60);
    school.engines.failOnce(call, when);
    await put(school, shop(2));
    await school.pass(60);
    expect(await school.phase()).toBe('ready');
    expect(await tasksOf(school, 'shop')).toMatchObject([{ desired: 2, running: 2 }]);
  });

  const removals: EngineCall[] = ['removeService', 'removeSecret', 'removeNetwork'];
  const halves = removals.flatMap((call) =>
    (['before', 'after'] as const).map((when) => [call, when] as const),
  );
  test.each(halves)('goes all the same when %s fails %s its effect', async (call, when) => {
    const school = await aSchool();
    await school.pass(60);
    await put(school, shop(2));
    await school.pass(30);
    school.engines.failOnce(call, when);
    await drop(school);
    await school.pass(60);
    expect((await school.load()).status.stacks.map(({ name }) => name)).toEqual(['webserver']);
    expect(await engineOf(school).networks({ stack: 'shop' })).toEqual([]);
  });

  test('taken back while it is half made leaves nothing', async () => {
    const school = await aSchool();
    await school.pass(60);
    school.engines.failOnce('createService', 'before');
    await put(school, shop(2));
    await school.deps.queue.drain(school.deps.clock.now());
    await drop(school);
    await school.pass(60);
    expect(await engineOf(school).secrets({ stack: 'shop' })).toEqual([]);
    expect(await engineOf(school).networks({ stack: 'shop' })).toEqual([]);
    expect((await school.load()).status.stacks.map(({ name }) => name)).toEqual(['webserver']);
  });
});
