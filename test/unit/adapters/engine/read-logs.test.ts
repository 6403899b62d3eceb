import { afterEach, describe, expect, test } from 'vitest';
import { DockerEngine } from '../../../../shared/adapters/engine/docker-engine.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import type { LogOptions } from '../../../../shared/ports/engine.ts';
import { framed } from '../../../support/framed.ts';
import { type Answer, json, openScriptedEngine } from '../../../support/scripted-engine.ts';

let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

async function logOf(answer: Answer) {
  const scripted = await openScriptedEngine(answer);
  const http = new EngineHttp({ socketPath: scripted.socketPath });
  opened.push(scripted, http);
  const texts: string[] = [];
  return {
    scripted,
    texts,
    read: (options: LogOptions = {}, of: { service: string } | { task: string } = { service: 'web' }) =>
      new DockerEngine(http).logs(of, options, ({ text }) => texts.push(text)),
  };
}

describe('a log is asked for', () => {
  test('whole, with all that tells who said a line and when', async () => {
    const { scripted, read } = await logOf((response) => void response.end());
    await read({}, { service: '../x' });
    await read({ tail: 20, since: 1_700_000_000.25, follow: true }, { task: 't1' });
    const [service, task] = scripted.heard;
    expect(service?.path).toBe('/v1.41/services/..%2Fx/logs');
    expect(Object.fromEntries(service?.query ?? [])).toEqual({
      stdout: 'true',
      stderr: 'true',
      timestamps: 'true',
      details: 'true',
      follow: 'false',
      tail: 'all',
    });
    expect(task?.path).toBe('/v1.41/tasks/t1/logs');
    expect(Object.fromEntries(task?.query ?? [])).toMatchObject({
      tail: '20',
      since: '1700000000.250000000',
      follow: 'true',
    });
  });
});

describe('a log ends', () => {
  test('at its deadline, with what came', async () => {
    const { texts, read } = await logOf((response) => void response.write(framed('stdout', 'said\nhalf')));
    await expect(read({ deadlineSeconds: 0.2 })).rejects.toMatchObject({ code: 'engine_unreachable' });
    expect(texts).toEqual(['said', 'half']);
  });

  test('when it is followed, at its deadline and at its reader’s word, well; with its engine, not', async () => {
    const { scripted, texts, read } = await logOf(
      (response) => void response.write(framed('stdout', 'said\n')),
    );
    await read({ follow: true, deadlineSeconds: 0.2 });
    const leaving = new AbortController();
    const left = read({ follow: true, signal: leaving.signal });
    await expect.poll(() => texts).toEqual(['said', 'said']);
    leaving.abort();
    await left;
    await expect.poll(() => scripted.heard.length).toBe(2);
    const cut = read({ follow: true });
    await expect.poll(() => texts.length).toBe(3);
    scripted.cut();
    await expect(cut).rejects.toMatchObject({ code: 'engine_unreachable' });
  });

  test('in a refusal where the engine could not get all of it, or sends what is no log', async () => {
    const { texts, read } = await logOf((response, { path }) => {
      if (path.includes('gone')) {
        response.write(framed('stdout', 'said\n'));
        response.end(framed('error', 'node x is not available'));
      } else if (path.includes('none')) json(response, { message: 'service none not found' }, 404);
      else response.end(Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]));
    });
    await expect(read({}, { service: 'gone' })).rejects.toMatchObject({
      code: 'engine_refused',
      facts: { status: 200, reason: 'node x is not available' },
    });
    expect(texts).toEqual(['said']);
    await expect(read({}, { service: 'none' })).rejects.toMatchObject({ facts: { status: 404 } });
    await expect(read({}, { service: 'odd' })).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('not the frames'),
    });
  });

  test('past its bound, with the lines before it', async () => {
    const { texts, read } = await logOf((response) => {
      for (let count = 0; count < 100; count += 1) response.write(framed('stdout', `line ${count}\n`));
      response.end();
    });
    await expect(read({ maximumBytes: 100 })).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('longer than 100 bytes'),
    });
    expect(texts.slice(0, 5)).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
    expect(texts.length).toBeLessThan(8);
  });
});
