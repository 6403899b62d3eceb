import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initSwarm, joinSwarm, replaceNode, swarmNodes, swarmTokens } from '../../shared/engine/swarm.ts';
import { hasQuorum } from '../../shared/lab/quorum.ts';
import { eventually } from '../support/eventually.ts';
import { engineActivityContract } from './engine-activity-contract.ts';
import { engineFilesContract } from './engine-files-contract.ts';
import { type EngineGround, type GroundEngine, STACK, serviceSpec } from './engine-ground.ts';
import { engineHostContract } from './engine-host-contract.ts';
import { engineLogsContract } from './engine-logs-contract.ts';
import { engineServicesContract } from './engine-services-contract.ts';
import { engineStacksContract } from './engine-stacks-contract.ts';

/** What every Docker Engine must do for us, in the order of a lab's life: three engines, one swarm. */
export function engineContract(name: string, open: () => Promise<EngineGround>): void {
  describe(`the engine contract, on ${name}`, () => {
    let ground: EngineGround;
    let first: GroundEngine;
    let second: GroundEngine;
    let third: GroundEngine;

    beforeAll(async () => {
      ground = await open();
      [first, second, third] = ground.engines as [GroundEngine, GroundEngine, GroundEngine];
    });
    afterAll(() => ground.close());

    const joinOptions = async (machine: GroundEngine, role: 'manager' | 'worker') => ({
      role,
      advertiseAddress: machine.address,
      tokens: await swarmTokens(first.engine),
      managers: [`${first.address}:2377`],
    });
    const idOf = async (machine: GroundEngine) => (await machine.engine.info()).swarm.nodeId;
    const nodeNamed = async (hostname: string) =>
      (await swarmNodes(first.engine)).find((node) => node.hostname === hostname);
    /** Waited for, not asserted: a leader that a busy machine held up calls a manager unreachable until its next beat. */
    const isWhole = async () => hasQuorum(await swarmNodes(first.engine).catch(() => []));

    test('a fresh engine is in no swarm, and says that it is no manager', async () => {
      const { name: hostname, swarm } = await first.engine.info();
      expect(hostname).toBe(first.name);
      expect(swarm).toMatchObject({ localNodeState: 'inactive', nodeId: '', controlAvailable: false });
      await expect(first.engine.nodes()).rejects.toMatchObject({
        code: 'engine_refused',
        facts: { status: 503 },
      });
    });

    test('the first manager is made once, however often it is asked for', async () => {
      await initSwarm(first.engine, first.address);
      const { swarm } = await first.engine.info();
      expect(swarm).toMatchObject({ localNodeState: 'active', controlAvailable: true, error: '' });
      expect(swarm.clusterId).toMatch(/./);
      expect(swarm.remoteManagers).toContain(`${first.address}:2377`);
      await initSwarm(first.engine, first.address);
      expect((await first.engine.info()).swarm.clusterId).toBe(swarm.clusterId);
    });

    test('a wrong token is refused, and leaves the engine outside', async () => {
      const options = await joinOptions(second, 'worker');
      const worker = options.tokens.worker.replace(/.{6}$/, 'wrong0');
      await expect(
        joinSwarm(second.engine, { ...options, tokens: { ...options.tokens, worker } }),
      ).rejects.toMatchObject({ code: 'engine_refused' });
      expect((await second.engine.info()).swarm.nodeId).toBe('');
    });

    test('a manager and a worker join at once, and joining again is done', async () => {
      const join = async () => {
        await Promise.all([
          joinSwarm(second.engine, await joinOptions(second, 'manager')),
          joinSwarm(third.engine, await joinOptions(third, 'worker')),
        ]);
      };
      await join();
      const ids = await Promise.all(ground.engines.map(idOf));
      await join();
      expect(await Promise.all(ground.engines.map(idOf))).toEqual(ids);
      await eventually(
        async () => (await swarmNodes(first.engine)).filter(({ state }) => state === 'ready').length === 3,
      );
      await eventually(isWhole);
      const nodes = await swarmNodes(first.engine);
      expect(nodes.map(({ hostname, role }) => [hostname, role])).toEqual([
        [first.name, 'manager'],
        [second.name, 'manager'],
        [third.name, 'worker'],
      ]);
      expect(nodes.filter(({ leader }) => leader)).toHaveLength(1);
    });

    test('a worker does not speak for the swarm, and a manager is no node that can be removed', async () => {
      await expect(third.engine.services()).rejects.toMatchObject({
        code: 'engine_refused',
        facts: { status: 503 },
      });
      await expect(first.engine.removeNode(await idOf(second), { force: true })).rejects.toMatchObject({
        code: 'engine_refused',
      });
    });

    test('nodes are changed under their version, and under no other', async () => {
      const find = async () => {
        const node = (await first.engine.nodes()).find(
          ({ Description }) => Description.Hostname === third.name,
        );
        if (node === undefined) throw new Error('the third node is gone');
        return node;
      };
      const { ID, Version, Spec } = await find();
      await first.engine.updateNode(ID, Version.Index, { ...Spec, Labels: { zone: 'a' } });
      await expect(
        first.engine.updateNode(ID, Version.Index, { ...Spec, Labels: { zone: 'b' } }),
      ).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringContaining('update out of sequence'),
      });
      expect((await find()).Spec.Labels).toEqual({ zone: 'a' });
    });

    test('join tokens are rotated by role: the old one lets nobody in any more', async () => {
      const before = await first.engine.joinTokens();
      await first.engine.rotateJoinTokens({ manager: false, worker: true });
      const after = await first.engine.joinTokens();
      expect(after.manager).toBe(before.manager);
      expect(after.worker).not.toBe(before.worker);
      expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
      await first.engine.rotateJoinTokens({ manager: true, worker: true });
      const last = await first.engine.joinTokens();
      expect(last.manager).not.toBe(after.manager);
      expect(last.worker).not.toBe(after.worker);
    });

    engineServicesContract(() => ground);
    engineFilesContract(() => ground);
    engineLogsContract(() => ground);
    engineHostContract(() => ground);
    engineActivityContract(() => ground);

    engineStacksContract(() => ground);

    test('what is taken, gone or overtaken is refused as that', async () => {
      const spec = serviceSpec('contract_solo', ground.image, 0);
      const { id } = await first.engine.createService(spec);
      await expect(first.engine.createService(spec)).rejects.toMatchObject({ facts: { status: 409 } });
      await expect(first.engine.updateService(id, 1, spec)).rejects.toMatchObject({
        message: expect.stringContaining('update out of sequence'),
      });
      await first.engine.removeService(id);
      await expect(first.engine.removeService(id)).rejects.toMatchObject({ facts: { status: 404 } });

      const network = { Name: 'contract_net', Driver: 'overlay', Labels: STACK };
      const made = await first.engine.createNetwork(network);
      await expect(first.engine.createNetwork(network)).rejects.toMatchObject({ facts: { status: 409 } });
      expect(await first.engine.networks({ stack: 'contract' })).toMatchObject([{ Id: made.id }]);
      expect(await first.engine.networks({ stack: 'other' })).toEqual([]);
      await first.engine.removeNetwork(made.id);
      await expect(first.engine.removeNetwork(made.id)).rejects.toMatchObject({ facts: { status: 404 } });
    });

    test('an image is pulled where a registry has it, and refused in words where none has', async () => {
      await first.engine.pullImage(ground.image);
      await first.engine.pullImage(ground.image);
      await expect(first.engine.pullImage('nobody/has-this:1')).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringMatching(/has-this|registry/),
      });
    });

    test('whoever watches is told of a change', async () => {
      const ended = new AbortController();
      let told = 0;
      first.engine.watch(() => {
        told += 1;
      }, ended.signal);
      // The stream opens in its own time.
      let made = 0;
      await eventually(async () => {
        made += 1;
        const { id } = await first.engine.createService(
          serviceSpec(`contract_seen-${made}`, ground.image, 0),
        );
        await first.engine.removeService(id);
        return told > 0;
      });
      ended.abort();
    });

    test('a lost worker is replaced under its name, once it is down', async () => {
      const former = await nodeNamed(third.name);
      await third.engine.leaveSwarm({ force: false });
      await eventually(async () => (await nodeNamed(third.name))?.state === 'down');
      await replaceNode(first.engine, third.name, '');
      expect(await nodeNamed(third.name)).toBeUndefined();
      await joinSwarm(third.engine, await joinOptions(third, 'worker'));
      await eventually(async () => (await nodeNamed(third.name))?.state === 'ready');
      expect((await nodeNamed(third.name))?.id).not.toBe(former?.id);
      // The node that it is now is left alone.
      await replaceNode(first.engine, third.name, await idOf(third));
      expect((await nodeNamed(third.name))?.state).toBe('ready');
    });

    test('without its majority the swarm says so in info, and takes no write', async () => {
      await second.engine.ping();
      await second.kill();
      await expect(second.engine.ping()).rejects.toMatchObject({ code: 'engine_unreachable' });
      await expect(second.engine.info()).rejects.toMatchObject({
        code: 'engine_unreachable',
        retryable: true,
      });
      await expect(
        first.engine.createService(serviceSpec('contract_never', ground.image, 0)),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^engine_(refused|unreachable)$/) });
      let told = '';
      await eventually(async () => {
        // While an engine finds out, it may keep even this to itself for some seconds.
        told = await first.engine.info().then(
          ({ swarm }) => swarm.error,
          () => '',
        );
        return told !== '';
      });
      expect(told).toMatch(/does not have a leader|deadline exceeded/);
      expect((await third.engine.info()).swarm.localNodeState).toBe('active');
    });

    test('and is whole again when the manager comes back', async () => {
      await second.start();
      await eventually(isWhole);
      const { id } = await first.engine.createService(serviceSpec('contract_again', ground.image, 0));
      await first.engine.removeService(id);
    });

    test('a manager that is lost for good is demoted, removed, and may come back as another', async () => {
      await joinSwarm(third.engine, await joinOptions(third, 'worker'));
      const promoted = (await first.engine.nodes()).find(
        ({ Description }) => Description.Hostname === third.name,
      );
      if (promoted === undefined) throw new Error('the third node is gone');
      await first.engine.updateNode(promoted.ID, promoted.Version.Index, {
        ...promoted.Spec,
        Role: 'manager',
      });
      await eventually(async () => (await third.engine.info()).swarm.controlAvailable);
      // It calls itself a manager before the leader calls it reachable.
      await eventually(async () => (await nodeNamed(third.name))?.reachability === 'reachable');
      await second.kill();
      await eventually(async () => (await nodeNamed(second.name))?.state === 'down');
      await eventually(async () => {
        try {
          await replaceNode(first.engine, second.name, '');
          return true;
        } catch (error) {
          expect(error).toMatchObject({ code: 'conflict', retryable: true });
          return false;
        }
      });
      expect(await nodeNamed(second.name)).toBeUndefined();
      await eventually(isWhole);
    });

    test('a majority that is gone for good is done without: one manager goes on, with services and workers', async () => {
      const spec = serviceSpec('contract_kept', ground.image, 0);
      await first.engine.createService(spec);
      const managers = async () => (await swarmNodes(first.engine)).filter(({ role }) => role === 'manager');
      expect((await managers()).map(({ hostname }) => hostname).sort()).toEqual([first.name, third.name]);
      await third.kill();
      // A leader that stays tells it of its nodes within a second, and of itself much later.
      // A leader that stays tells it of its nodes within a second, and of itself much later.
      await eventually(async () => !(await isWhole()));
      await first.engine.forceNewCluster({ advertiseAddress: first.address });
      await eventually(async () => (await nodeNamed(first.name).catch(() => undefined))?.leader === true);
      expect((await first.engine.info()).swarm).toMatchObject({ controlAvailable: true, error: '' });
      expect((await first.engine.services()).map(({ Spec }) => Spec.Name)).toContain('contract_kept');
      const former = await nodeNamed(third.name);
      expect(former).toMatchObject({ role: 'manager', leader: false });
      expect(former?.reachability).toBeUndefined();
      await first.engine.removeNode(former?.id ?? '', { force: true });
      await third.start();
      await third.engine.leaveSwarm({ force: true });
      // A join of a manager may run into its 20 s, and go on by itself: asked again, it is done or begins anew.
      await eventually(async () => {
        try {
          await joinSwarm(third.engine, await joinOptions(third, 'manager'));
          return true;
        } catch {
          return false;
        }
      });
      await eventually(async () => (await isWhole()) && (await managers()).length === 2);
    });
  });
}
