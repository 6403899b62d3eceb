import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { newLabId } from '../../../shared/core/ids.ts';
import { createWorld, type World } from '../../support/world.ts';
import { loggedIn, openDesk } from './call-command.ts';

let moment = 0;
/** A lab of ana's with one machine that bears its name. */
async function lab(world: World, name: string, overrides: object = {}): Promise<string> {
  moment += 1000;
  const id = newLabId(world.deps.clock.now() + moment);
  const machine = { name: `in-${name}`, role: 'none' as const, power: 'on' as const, restarts: 0 };
  await world.keep({ id, name, spec: { machines: [machine], swarm: 'none', stacks: [] }, ...overrides });
  return id;
}

describe('the current lab is', () => {
  test('the only one', async () => {
    const world = createWorld();
    await lab(world, 'friday');
    expect((await (await loggedIn(world)).call('ls', '-q')).out).toBe('in-friday\n');
  });

  test('the one that --lab names, by name, id, or how its id begins', async () => {
    const world = createWorld();
    const id = await lab(world, 'friday');
    await lab(world, 'monday');
    const desk = await loggedIn(world);
    for (const named of ['friday', id, id.slice(0, 25)]) {
      const before = await desk.call('--lab', named, 'ls', '-q');
      expect(before.out, named).toBe('in-friday\n');
      expect(await desk.call('ls', '-q', '--lab', named), named).toEqual(before);
    }
  });

  test('before all others that one, then SLIPWAY_LAB, then the last used', async () => {
    const world = createWorld();
    for (const name of ['friday', 'monday', 'sunday']) await lab(world, name);
    const desk = await loggedIn(world);
    await desk.call('--lab', 'friday', 'ls');
    expect((await desk.call('ls', '-q')).out).toBe('in-friday\n');
    const other = await openDesk(world, { home: desk.home, env: { SLIPWAY_LAB: 'monday' } });
    expect((await other.call('ls', '-q')).out).toBe('in-monday\n');
    expect((await other.call('--lab', 'sunday', 'ls', '-q')).out).toBe('in-sunday\n');
    expect((await desk.call('ls', '-q')).out).toBe('in-sunday\n');
  });

  test.each(['gone', 'never there'])('not the last used where that is %s', async (how) => {
    const world = createWorld();
    await lab(world, 'friday');
    const deletedAt = iso(world.deps.clock.now());
    const last = how === 'gone' ? await lab(world, 'monday', { status: { deletedAt } }) : newLabId(0);
    const desk = await loggedIn(world);
    const file = join(desk.home, '.slipway/config.json');
    await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), lab: last }));
    expect((await desk.call('ls', '-q')).out).toBe('in-friday\n');
  });

  test('asked for where several could be meant, with their ids', async () => {
    const world = createWorld();
    const first = await lab(world, 'friday');
    const second = await lab(world, 'friday');
    const desk = await loggedIn(world);
    for (const args of [['ls'], ['--lab', 'friday', 'ls']]) {
      const { code, err } = await desk.call(...args);
      expect(code).toBe(1);
      expect(err).toContain(first);
      expect(err).toContain(second);
    }
  });

  test('never another one than was named', async () => {
    const world = createWorld();
    await lab(world, 'friday');
    const { code, err } = await (await loggedIn(world)).call('--lab', 'saturday', 'status', 'in-friday');
    expect(code).toBe(1);
    expect(err).toContain('friday');
  });

  test('not needed for an empty list: docker-machine’s headings', async () => {
    const desk = await loggedIn(createWorld(), { program: 'docker-machine' });
    expect(await desk.call('ls')).toEqual({
      code: 0,
      out: 'NAME   ACTIVE   DRIVER   STATE   URL   SWARM   DOCKER   ERRORS\n',
      err: '',
    });
  });
});
