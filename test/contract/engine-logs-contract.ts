import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogLine, LogOptions, Task } from '../../shared/ports/engine.ts';
import { eventually } from '../support/eventually.ts';
import { type EngineGround, firstEngine, type Speech, STACK } from './engine-ground.ts';

const LONG = 'x'.repeat(40_000);
const SPEECH: Speech = {
  lines: [
    { stream: 'stdout', text: 'first words' },
    { stream: 'stderr', text: 'a complaint' },
    { stream: 'stdout', text: 'ünïcödé ✓' },
    { stream: 'stdout', text: LONG },
    { stream: 'stdout', text: 'last words', afterSeconds: 2 },
  ],
};

/** Logs of services and tasks, once there is a swarm whose manager `ground` has first. */
export function engineLogsContract(ground: () => EngineGround): void {
  describe('a log', () => {
    const engine = () => firstEngine(ground());
    const made: string[] = [];
    let task: Task;

    const speak = async (Name: string, speech: Speech, more: object = {}) => {
      const { id } = await engine().createService({
        Name,
        Labels: STACK,
        TaskTemplate: { ContainerSpec: { ...ground().speaker(Name, speech), ...more } },
        Mode: { Replicated: { Replicas: 1 } },
      });
      made.push(id);
      return id;
    };
    const read = async (of: { service: string } | { task: string }, options: LogOptions = {}) => {
      const lines: LogLine[] = [];
      await engine().logs(of, options, (line) => lines.push(line));
      return lines;
    };
    const texts = async (service: string, options: LogOptions = {}) =>
      (await read({ service }, options)).map(({ text }) => text);

    beforeAll(async () => {
      const id = await speak('contract_speaker', SPEECH);
      await speak('contract_terminal', SPEECH, { TTY: true });
      await speak('contract_endless', { lines: [], refrain: 'again' });
      const done = async (service: string) => (await texts(service)).includes('last words');
      await eventually(() => done('contract_speaker'));
      await eventually(() => done('contract_terminal'));
      await eventually(async () => (await texts('contract_endless')).length > 0);
      const [first] = (await engine().tasks({ service: id })).filter(
        ({ Status }) => Status.State === 'running',
      );
      if (first === undefined) throw new Error('the speaker has no task');
      task = first;
    });
    afterAll(async () => {
      for (const id of made) await engine().removeService(id);
    });

    test('has every line whole, with its stream, its moment and who said it', async () => {
      const lines = await read({ service: 'contract_speaker' });
      // Which of the two streams comes first nobody promises.
      const said = (stream: string) => lines.filter((line) => line.stream === stream).map(({ text }) => text);
      expect(said('stderr')).toEqual(['a complaint']);
      expect(said('stdout')).toEqual(['first words', 'ünïcödé ✓', LONG, 'last words']);
      for (const line of lines) {
        expect(line.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
        expect(Math.abs(Date.parse(line.at) - Date.now())).toBeLessThan(120_000);
        expect(line).toMatchObject({ taskId: task.ID, nodeId: task.NodeID });
      }
    });

    test('of a task is its own', async () => {
      const byTask = await read({ task: task.ID });
      expect(byTask.map(({ text }) => text).toSorted()).toEqual((await texts('contract_speaker')).toSorted());
      expect(new Set(byTask.map(({ taskId }) => taskId))).toEqual(new Set([task.ID]));
    });

    test('of a container with a terminal is one stream of whole lines', async () => {
      const lines = await read({ service: 'contract_terminal' });
      expect(lines.map(({ text }) => text)).toEqual(SPEECH.lines.map(({ text }) => text));
      expect(lines.every(({ taskId, nodeId }) => taskId !== undefined && nodeId !== undefined)).toBe(true);
    });

    test('gives its last lines, or those since a moment', async () => {
      expect(await texts('contract_speaker', { tail: 1 })).toEqual(['last words']);
      expect(await texts('contract_speaker', { tail: 0 })).toEqual([]);
      const [last] = await read({ service: 'contract_speaker' }, { tail: 1 });
      const at = Date.parse(last?.at ?? '') / 1000;
      expect(await texts('contract_speaker', { since: at - 1 })).toEqual(['last words']);
      expect(await texts('contract_speaker', { since: at + 3600 })).toEqual([]);
      expect(await texts('contract_speaker', { since: at - 3600 })).toHaveLength(SPEECH.lines.length);
    });

    test('that is followed goes on until its reader leaves, which is a good end', async () => {
      const leaving = new AbortController();
      const heard: string[] = [];
      await engine().logs(
        { service: 'contract_endless' },
        { follow: true, tail: 0, signal: leaving.signal },
        ({ text }) => {
          heard.push(text);
          if (heard.length === 2) leaving.abort();
        },
      );
      expect(heard).toEqual(['again', 'again']);
      // Who has left already hears nothing.
      await engine().logs(
        { service: 'contract_endless' },
        { follow: true, tail: 0, signal: leaving.signal },
        () => heard.push('late'),
      );
      expect(heard).toHaveLength(2);
    });

    test('that is followed for so long ends then, though nothing is said', async () => {
      const start = performance.now();
      const given = { follow: true, tail: 1, deadlineSeconds: 1 };
      expect(await texts('contract_speaker', given)).toEqual(['last words']);
      expect(performance.now() - start).toBeGreaterThan(900);
      expect(performance.now() - start).toBeLessThan(15_000);
    });

    test('is read no further than told', async () => {
      const lines: string[] = [];
      await expect(
        engine().logs({ service: 'contract_speaker' }, { maximumBytes: 20_000 }, ({ text }) =>
          lines.push(text),
        ),
      ).rejects.toMatchObject({ code: 'engine_refused', message: expect.stringContaining('20000') });
      expect(lines).toContain('first words');
      expect(lines).not.toContain('last words');
    });

    test('of what there is not is refused as that', async () => {
      for (const of of [{ service: 'contract_none' }, { task: 'none' }]) {
        await expect(read(of)).rejects.toMatchObject({ code: 'engine_refused', facts: { status: 404 } });
      }
    });
  });
}
