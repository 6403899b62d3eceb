import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNothingLeft } from '../support/leftovers.ts';
import { endLab, type LiveServer, readyLab, startLiveServer } from '../support/live-server.ts';

describe('several labs at once', () => {
  let server: LiveServer;
  beforeAll(async () => {
    server = await startLiveServer();
  });
  afterAll(async () => {
    await server.close();
    await expectNothingLeft(server.deployment);
  });

  test('two swarms asked for at the same moment are both ready', async () => {
    const students = await Promise.all(['ana', 'bob'].map((name) => server.student(name)));
    const labs = await Promise.all(students.map((student) => readyLab(student, { template: 'swarm' })));
    expect(new Set(labs.flatMap(({ machines }) => machines.map(({ url }) => url))).size).toBe(6);
    await Promise.all(students.map((student, index) => endLab(student, labs[index]?.id ?? '')));
  });

  test('ten one-machine labs asked for at the same moment are all ready', async () => {
    const started = Date.now();
    const names = Array.from({ length: 10 }, (_, index) => `student-${index}`);
    const students = await Promise.all(names.map((name) => server.student(name)));
    const labs = await Promise.all(students.map((student) => readyLab(student, { template: 'docker-host' })));
    console.log(`ten one-machine labs ready after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    expect(labs.map(({ phase }) => phase)).toEqual(names.map(() => 'ready'));
    await Promise.all(students.map((student, index) => endLab(student, labs[index]?.id ?? '')));
  });
});
