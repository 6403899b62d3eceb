import { describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';
import { loggedIn } from './call-command.ts';
import { deskWithAnswers } from './fake-api.ts';

const CLASS = { id: 'docker-2026', instructor: 'iris', purpose: 'session' as const };
const AT = '2026-12-01T18:00:00.000Z';

async function worldWithMessage(lab: Parameters<World['keep']>[0] = { class: CLASS }) {
  const world = createWorld();
  const { id } = await world.keep(lab);
  let told = 0;
  const tell = async (message: string, type = 'Message') => {
    told += 1;
    const event = { sequence: told, at: AT, type, message };
    await world.deps.labs.appendEvents(id, [event]);
    const kept = await world.deps.labs.load(id);
    if (kept === undefined) throw new Error('the lab is gone');
    const { lab } = kept;
    await world.deps.labs.saveStatus(lab, { ...lab.status, events: [event] }, lab.dueAt);
  };
  await tell('the swarm is formed', 'SwarmFormed');
  await tell('we go on\nat 20:15');
  return { world, tell };
}

describe('what an instructor says', () => {
  test('is told by ls, once, beside the answer', async () => {
    const { world, tell } = await worldWithMessage();
    const desk = await loggedIn(world);
    const first = await desk.call('ls');
    expect(first.err).toBe('Your instructor says: we go on at 20:15\n');
    const second = await desk.call('ls');
    expect({ ...second, err: first.err }).toEqual(first);
    expect(second.err).toBe('');
    await tell('five more minutes');
    expect((await desk.call('ls')).err).toBe('Your instructor says: five more minutes\n');
  });

  test('is not told beside names that a program reads, and not lost by it', async () => {
    const { world } = await worldWithMessage();
    const desk = await loggedIn(world);
    expect((await desk.call('ls', '-q')).err).toBe('');
    expect((await desk.call('ls')).err).not.toBe('');
  });

  test('is told to nobody but whose lab it is', async () => {
    const { world } = await worldWithMessage();
    const desk = await loggedIn(world, { as: 'operator', subject: 'olaf' });
    expect((await desk.call('ls')).err).toBe('');
  });

  test('is not looked for in a lab of no class', async () => {
    const { world } = await worldWithMessage({});
    expect((await (await loggedIn(world)).call('ls')).err).toBe('');
  });

  test('stands out in events, and was heard there', async () => {
    const { world } = await worldWithMessage();
    const desk = await loggedIn(world, { live: true });
    await desk.call('ls', '-q');
    const { out } = await desk.call('events');
    const [formed = '', message = ''] = out.split('\n');
    expect(formed).not.toContain('\x1b[33m');
    expect(message).toContain('\x1b[33mwe go on at 20:15');
    expect((await desk.call('ls')).err).toBe('');
  });

  test('is told while a lab is being made', async () => {
    const lab = {
      id: '0'.repeat(26),
      name: 'friday',
      phase: 'pending',
      progress: 0,
      machines: [],
      conditions: {},
    };
    let asked = 0;
    const { call } = await deskWithAnswers({
      'POST /v1/labs': () => ({ status: 202, body: lab }),
      'GET /v1/labs/\\w+/events.*': () => {
        asked += 1;
        const items = asked === 1 ? [{ sequence: 1, at: AT, type: 'Message', message: 'welcome' }] : [];
        return { body: { items, after: 1 } };
      },
      'GET /v1/labs/\\w+': () => ({ body: { ...lab, phase: asked > 1 ? 'ready' : 'pending' } }),
    });
    const { code, err } = await call('create', 'swarm');
    expect({ code, err }).toEqual({ code: 0, err: 'Your instructor says: welcome\n' });
  });
});
