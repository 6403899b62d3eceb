import { beforeEach, describe, expect, test } from 'vitest';
import { createWorld, type World } from '../../support/world.ts';

let world: World;
let labId: string;
beforeEach(async () => {
  world = createWorld();
  labId = (await world.keep()).id;
});
const exec = (json: object, machine = 'LINUXtips-03') =>
  world.ask('POST', `/v1/labs/${labId}/machines/${machine}/exec`, { json });

describe('exec on a machine', () => {
  test('runs a program there, and tells its end', async () => {
    const { status, json } = await exec({ command: ['hostname'] });
    expect(status).toBe(200);
    expect(json).toMatchObject({ exitCode: 0, stdout: 'LINUXtips-03\n', stderr: '', ended: 'by-itself' });
    expect(json.seconds).toBeGreaterThanOrEqual(0);
    expect((await exec({ command: ['false'] })).json.exitCode).toBe(1);
    expect((await exec({ command: ['cat'], stdin: 'olá' })).json.stdout).toBe('olá');
  });

  test('gives a line to the shell', async () => {
    const seen: string[][] = [];
    world.engines.hostPrograms = ({ command }) => {
      seen.push(command);
      return {};
    };
    await exec({ command: 'echo a | wc -c' });
    expect(seen).toEqual([['/bin/sh', '-c', 'echo a | wc -c']]);
  });

  test('ends one that says too much, at a mebibyte', async () => {
    world.engines.hostPrograms = () => ({ stdout: 'x'.repeat(2 * 1024 * 1024) });
    const { json } = await exec({ command: 'yes' });
    expect(json).toMatchObject({ ended: 'too-much-output' });
    expect(json.stdout).toHaveLength(1024 * 1024);
    expect(json.exitCode).toBeUndefined();
  });

  test('asks for twenty seconds at most', async () => {
    let asked = {};
    world.engines.hostPrograms = (program) => {
      asked = program;
      return {};
    };
    await exec({ command: 'true' });
    expect(asked).toMatchObject({ deadlineSeconds: 20, maximumBytes: 1024 * 1024 });
  });

  test('needs no swarm', async () => {
    const { id } = await world.keep({
      id: '01kjq7a2000000000000000000',
      spec: { swarm: 'none' },
      status: { swarm: undefined },
    });
    const path = `/v1/labs/${id}/machines/LINUXtips-01/exec`;
    expect((await world.ask('POST', path, { json: { command: 'true' } })).status).toBe(200);
  });

  test.each([
    ['nothing', {}, '/command'],
    ['an empty line', { command: '' }, '/command'],
    ['no words', { command: [] }, '/command'],
    ['an empty program', { command: ['', 'x'] }, '/command'],
    ['a NUL', { command: ['a', '\0'] }, '/command/1'],
    ['a number', { command: 5 }, '/command'],
    ['a long stdin', { command: 'cat', stdin: 'x'.repeat(128 * 1024 + 1) }, '/stdin'],
  ])('of %s is refused', async (_, json, pointer) => {
    const answer = await exec(json);
    expect(answer.status).toBe(422);
    expect(answer.json.errors[0].pointer).toBe(pointer);
  });

  test('on a machine that does not run is a conflict, on one that is not there not found', async () => {
    const lab = await world.keep({ id: '01kjq7a3000000000000000000' });
    const machines = lab.status.machines.map((machine) => ({ ...machine, state: 'Stopped' as const }));
    await world.deps.labs.saveStatus(lab, { ...lab.status, machines }, lab.dueAt);
    const path = `/v1/labs/${lab.id}/machines/LINUXtips-01/exec`;
    const answer = await world.ask('POST', path, { json: { command: 'true' } });
    expect(answer.json).toMatchObject({ status: 409, detail: 'Host is not running' });
    expect((await exec({ command: 'true' }, 'nope')).status).toBe(404);
  });
});
