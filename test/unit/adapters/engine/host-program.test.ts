import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { DockerEngine } from '../../../../shared/adapters/engine/docker-engine.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { framed } from '../../../support/framed.ts';
import { type Answer, json, openScriptedEngine } from '../../../support/scripted-engine.ts';

let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

/** A host whose engine does all as it should, but for what a test has it do otherwise. */
async function hostThat(
  otherwise: (step: string, attached: ServerResponse) => Answer | undefined = () => undefined,
) {
  let attached: ServerResponse;
  const steps: string[] = [];
  const usual: Record<string, Answer> = {
    'POST create': (response) => json(response, { Id: 'c' }, 201),
    'POST attach': (response) => void response.writeHead(200).flushHeaders(),
    'POST start': (response) => {
      response.writeHead(204).end();
      attached.write(framed('stdout', 'out'));
      attached.end(framed('stderr', 'err'));
    },
    'POST kill': (response) => {
      response.writeHead(204).end();
      attached.end();
    },
    'POST wait': (response) => json(response, { StatusCode: 3 }),
  };
  const scripted = await openScriptedEngine((response, heard) => {
    const parts = heard.path.split('/');
    const kind = heard.method === 'DELETE' || heard.path.endsWith('prune') ? ` ${parts[2]}` : '';
    const step = `${heard.method} ${kind === '' ? parts.at(-1) : kind.trim()}`;
    const name = heard.path.endsWith('/images/create') ? 'POST import' : step;
    steps.push(name);
    if (name === 'POST attach') attached = response;
    const answer = otherwise(name, attached) ?? usual[name] ?? (() => json(response, {}));
    return answer(response, heard);
  });
  const http = new EngineHttp({ socketPath: scripted.socketPath });
  opened.push(scripted, http);
  const engine = new DockerEngine(http);
  return {
    scripted,
    steps,
    run: (more: { deadlineSeconds?: number; maximumBytes?: number } = {}) =>
      engine.runOnHost({ command: ['prog', '-x'], deadlineSeconds: 5, maximumBytes: 1000, ...more }),
  };
}

describe('a program on the host', () => {
  test('is attached to before its start, and nothing of it stays', async () => {
    const { scripted, steps, run } = await hostThat();
    expect(await run()).toEqual({ exitCode: 3, stdout: 'out', stderr: 'err', ended: 'by-itself' });
    expect(steps).toEqual([
      'POST containers',
      'POST images',
      'POST import',
      'POST create',
      'POST attach',
      'POST start',
      'POST wait',
      'DELETE containers',
      'DELETE images',
    ]);
    const names = scripted.heard.flatMap(({ query }) => query.get('name') ?? query.get('repo') ?? []);
    expect(new Set(names).size).toBe(1);
    const create = JSON.parse(
      scripted.heard.find(({ path }) => path.endsWith('containers/create'))?.body ?? '',
    );
    expect(create).toMatchObject({
      Image: names[0],
      Cmd: ['prog', '-x'],
      Labels: { 'io.slipway.host-program': '' },
      HostConfig: { PidMode: 'host', LogConfig: { Type: 'none' } },
    });
  });

  test('clears away only what is its own and old', async () => {
    const { scripted, run } = await hostThat();
    await run();
    const filters = scripted.heard.slice(0, 2).map(({ query }) => JSON.parse(query.get('filters') ?? ''));
    expect(filters).toEqual([
      { label: ['io.slipway.host-program'], until: ['1m'] },
      { label: ['io.slipway.host-program'], until: ['1m'], dangling: ['false'] },
    ]);
    expect(scripted.heard.find(({ path }) => path.endsWith('images/create'))?.query.get('changes')).toBe(
      'LABEL io.slipway.host-program=',
    );
  });

  test('has another name each time', async () => {
    const { scripted, run } = await hostThat();
    await run();
    await run();
    const names = scripted.heard.flatMap(({ query }) => query.get('name') ?? []);
    expect(new Set(names).size).toBe(2);
  });

  test('that does not end is killed at its deadline', async () => {
    const { steps, run } = await hostThat((step, attached) =>
      step === 'POST start'
        ? (response) => {
            attached.write(framed('stdout', 'begun'));
            response.writeHead(204).end();
          }
        : undefined,
    );
    expect(await run({ deadlineSeconds: 0.2 })).toEqual({ stdout: 'begun', stderr: '', ended: 'deadline' });
    expect(steps.filter((step) => step === 'POST kill')).toHaveLength(1);
    expect(steps.slice(-2)).toEqual(['DELETE containers', 'DELETE images']);
  });

  test('that says too much is killed once, whatever it goes on to say', async () => {
    const { steps, run } = await hostThat((step, attached) =>
      step === 'POST start'
        ? (response) => {
            response.writeHead(204).end();
            for (let count = 0; count < 20; count += 1) attached.write(framed('stdout', 'x'.repeat(100)));
          }
        : undefined,
    );
    expect(await run({ maximumBytes: 250 })).toEqual({
      stdout: 'x'.repeat(250),
      stderr: '',
      ended: 'too-much-output',
    });
    expect(steps.filter((step) => step === 'POST kill')).toHaveLength(1);
  });

  test('that survives its kill is left to the forced removal', { timeout: 15_000 }, async () => {
    const { scripted, run } = await hostThat((step) =>
      step === 'POST start' || step === 'POST kill'
        ? (response) => void response.writeHead(204).end()
        : undefined,
    );
    expect(await run({ deadlineSeconds: 0.1 })).toEqual({ stdout: '', stderr: '', ended: 'deadline' });
    const removal = scripted.heard.find(({ method }) => method === 'DELETE');
    expect(Object.fromEntries(removal?.query ?? [])).toEqual({ force: 'true', v: 'true' });
  });

  test.each(['POST create', 'POST attach', 'POST start', 'POST wait'])(
    'is not run where %s is refused, and what was made goes',
    async (refused) => {
      const { steps, run } = await hostThat((step) =>
        step === refused ? (response) => json(response, { message: 'no room' }, 500) : undefined,
      );
      await expect(run()).rejects.toMatchObject({ code: 'engine_refused', facts: { reason: 'no room' } });
      expect(steps.slice(-2)).toEqual(['DELETE containers', 'DELETE images']);
    },
  );

  test('is not run where its image cannot be made, which an engine says in the middle of its answer', async () => {
    const { steps, run } = await hostThat((step) =>
      step === 'POST import'
        ? (response) => void response.end('{"status":"Downloading"}\n{"error":"disk is full"}\n')
        : undefined,
    );
    await expect(run()).rejects.toMatchObject({
      code: 'engine_refused',
      message: expect.stringContaining('disk is full'),
    });
    expect(steps).not.toContain('POST create');
  });

  test('that ran is told though nothing could be cleared away', async () => {
    const { run } = await hostThat((step) =>
      /DELETE|POST containers|POST images/.test(step)
        ? (response) => json(response, { message: 'a prune operation is already running' }, 409)
        : undefined,
    );
    expect(await run()).toMatchObject({ exitCode: 3 });
  });

  test('whose engine went in the middle is not known to have run', async () => {
    const { scripted, run } = await hostThat((step) =>
      step === 'POST start' ? () => scripted.cut() : undefined,
    );
    await expect(run()).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});
