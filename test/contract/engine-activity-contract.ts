import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type EngineGround, firstEngine, serviceSpec } from './engine-ground.ts';

const SECOND_NS = 1_000_000_000;
/** Checked each second by a shell, as people run programs. */
const HEALTH = { Test: ['CMD-SHELL', 'exit 0'], Interval: SECOND_NS, Timeout: SECOND_NS, Retries: 3 };

/** What an engine tells of the people who use it, once there is a swarm whose manager `ground` has first. */
export function engineActivityContract(ground: () => EngineGround): void {
  describe('what a person last did', () => {
    const engine = () => firstEngine(ground());
    const made: string[] = [];
    const make = async (name: string, more: object) => {
      const spec = serviceSpec(name, ground().image, 1);
      const { id } = await engine().createService({
        ...spec,
        Labels: {},
        TaskTemplate: {
          ContainerSpec: { Image: ground().image, ...more },
          RestartPolicy: { Condition: 'any', Delay: SECOND_NS / 2 },
        },
      });
      made.push(id);
    };
    /** The latest that any engine tells. */
    const last = async (since: number) => {
      const told = await Promise.all(
        ground().engines.map(({ engine: each }) => each.lastActivity(since, Date.now())),
      );
      const known = told.filter((at) => at !== undefined);
      return known.length === 0 ? undefined : Math.max(...known);
    };
    /** From now on, past what was done before. */
    const now = async () => {
      await sleep(20);
      return Date.now();
    };

    beforeAll(async () => {
      await make('activity_healthy', { Command: ['sleep', '1000'], Healthcheck: HEALTH });
      await make('activity_crashing', { Command: ['false'] });
      await eventually(async () => {
        const tasks = await engine().tasks({ service: 'activity_healthy' });
        return tasks.some(({ Status }) => Status.State === 'running');
      });
      // A pull that somebody waits for is over.
      await sleep(ground().pauseSeconds * 1000);
    });
    afterAll(async () => {
      for (const id of made) await engine().removeService(id);
    });

    test('is none where nobody did anything, whatever happens by itself', async () => {
      const since = await now();
      await sleep(ground().pauseSeconds * 1000);
      expect(await last(since)).toBeUndefined();
    });

    test('is none of what our own programs and pulls do', async () => {
      const since = await now();
      await engine().runOnHost({ command: ['true'], deadlineSeconds: 20, maximumBytes: 1024 });
      await engine().pullImage(ground().image);
      expect(await last(since)).toBeUndefined();
    });

    test('is a program run in a container, even of a service, to the moment', async () => {
      const since = await now();
      await ground().execIn('activity_healthy');
      const at = await last(since);
      expect(at).toBeGreaterThanOrEqual(since);
      expect(at).toBeLessThanOrEqual(Date.now());
      // Until then nobody did anything.
      expect(await engine().lastActivity(since - 10, since - 1)).toBeUndefined();
    });

    test.each<[string, (name: string) => Promise<unknown>]>([
      ['a service made', (name) => make(name, { Command: ['sleep', '1000'] })],
      [
        'a service removed',
        async () => {
          for (const id of made.splice(2)) await engine().removeService(id);
        },
      ],
      [
        'a node paused',
        async () => {
          for (const Availability of ['pause', 'active'] as const) {
            const [node] = await engine().nodes();
            if (node === undefined) throw new Error('there is no node');
            await engine().updateNode(node.ID, node.Version.Index, { ...node.Spec, Availability });
          }
        },
      ],
      [
        'a secret made and removed',
        async (Name) => {
          const { id } = await engine().createSecret({ Name, Labels: {}, Data: 'eA==' });
          await engine().removeSecret(id);
        },
      ],
    ])('is %s', async (_, act) => {
      const since = await now();
      await act(`activity_${since}`);
      // A swarm's events come by its managers' own ways.
      await eventually(async () => (await last(since)) !== undefined);
    });
  });
}
