import { afterAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type EngineGround, firstEngine, STACK, serviceSpec } from './engine-ground.ts';

/** What is asked of one service, once there is a swarm of three whose manager `ground` has first. */
export function engineServicesContract(ground: () => EngineGround): void {
  describe('a service', () => {
    const engine = () => firstEngine(ground());
    const spec = () => serviceSpec('contract_one', ground().image, 0);

    // What comes next counts the services of the same stack.
    afterAll(async () => {
      for (const { ID } of await engine().services({ stack: 'contract' })) await engine().removeService(ID);
    });

    test('is found by its id and its name, and 404 says that there is none', async () => {
      const { id } = await engine().createService(spec());
      const byId = await engine().service(id);
      expect(byId).toMatchObject({ ID: id, Spec: { Name: 'contract_one', Labels: STACK } });
      expect(byId.Endpoint).toMatchObject({ Ports: [], VirtualIPs: [] });
      expect(Date.parse(byId.CreatedAt)).toBeLessThanOrEqual(Date.parse(byId.UpdatedAt));
      expect(byId.PreviousSpec).toBeUndefined();
      expect(await engine().service('contract_one')).toEqual(byId);
      expect(await engine().services({ stack: 'contract' })).toEqual([byId]);
      await expect(engine().service('contract_none')).rejects.toMatchObject({
        code: 'engine_refused',
        facts: { status: 404 },
      });
    });

    test('goes back to what it was, and back again, once it was something else', async () => {
      const image = async () => {
        const { Spec, PreviousSpec } = await engine().service('contract_one');
        return [Spec, PreviousSpec].map(
          (each) => (each?.TaskTemplate.ContainerSpec as { Image?: string })?.Image,
        );
      };
      const version = async () => (await engine().service('contract_one')).Version.Index;
      const { ID } = await engine().service('contract_one');
      await expect(engine().rollbackService(ID, await version())).rejects.toMatchObject({
        facts: { status: 400, reason: expect.stringContaining('does not have a previous spec') },
      });
      const changed = serviceSpec('contract_one', `${ground().image}:other`, 0);
      await engine().updateService(ID, await version(), changed);
      expect(await image()).toEqual([`${ground().image}:other`, ground().image]);
      await expect(engine().rollbackService(ID, 1)).rejects.toMatchObject({
        message: expect.stringContaining('update out of sequence'),
      });
      await engine().rollbackService(ID, await version());
      expect(await image()).toEqual([ground().image, `${ground().image}:other`]);
      expect((await engine().service(ID)).UpdateStatus?.State).toMatch(/^rollback_(started|completed)$/);
      // A rollback is a change as any other.
      await eventually(async () => (await engine().service(ID)).UpdateStatus?.State === 'rollback_completed');
      await engine().rollbackService(ID, await version());
      expect(await image()).toEqual([`${ground().image}:other`, ground().image]);
      await engine().removeService(ID);
      await expect(engine().rollbackService(ID, 1)).rejects.toMatchObject({ facts: { status: 404 } });
    });

    test('says which ports it has, those that the swarm chose too, and its addresses', async () => {
      const network = await engine().createNetwork({
        Name: 'contract_ports',
        Driver: 'overlay',
        Labels: STACK,
        Attachable: true,
      });
      // Its driver is told once the swarm has found it.
      await eventually(async () => (await engine().networks({ stack: 'contract' }))[0]?.Driver === 'overlay');
      expect(await engine().networks({ stack: 'contract' })).toMatchObject([
        { Id: network.id, Name: 'contract_ports', Scope: 'swarm', Attachable: true },
      ]);
      const ports = serviceSpec('contract_ports', ground().image, 0);
      ports.TaskTemplate.Networks = [{ Target: network.id }];
      ports.EndpointSpec = {
        Ports: [
          { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8097, PublishMode: 'ingress' },
          { Protocol: 'udp', TargetPort: 53, PublishMode: 'ingress' },
        ],
      };
      const { id } = await engine().createService(ports);
      // The swarm gives ports and addresses in its own time; until then it tells none.
      await eventually(async () => (await engine().service(id)).Endpoint.Ports.length === 2);
      const { Ports, VirtualIPs } = (await engine().service(id)).Endpoint;
      expect(Ports).toMatchObject([
        { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8097, PublishMode: 'ingress' },
        { Protocol: 'udp', TargetPort: 53, PublishMode: 'ingress' },
      ]);
      expect(Ports[1]?.PublishedPort).toBeGreaterThanOrEqual(30_000);
      expect(VirtualIPs.find(({ NetworkID }) => NetworkID === network.id)?.Addr).toMatch(/^10\.[\d.]+\/\d+$/);
      await engine().removeService(id);
      await eventually(async () => {
        await engine().removeNetwork(network.id);
        return true;
      });
    });

    test.each(['a name', '-name', 'name-', 'na.me', 'a'.repeat(64)])(
      'is not made with the name %j, nor is a network',
      async (Name) => {
        await expect(engine().createService({ ...spec(), Name })).rejects.toMatchObject({
          facts: { status: 400, reason: expect.stringContaining('name must be') },
        });
        const network = { Name, Driver: 'overlay', Labels: STACK };
        await expect(engine().createNetwork(network)).rejects.toMatchObject({
          code: 'engine_refused',
          facts: { status: 400 },
        });
      },
    );

    test('has its tasks told apart by node', async () => {
      const { id } = await engine().createService({
        ...serviceSpec('contract_everywhere', ground().image, 1),
        Mode: { Global: {} },
      });
      const nodes = await engine().nodes();
      await eventually(async () => (await engine().tasks({ service: id })).length === nodes.length);
      for (const { ID } of nodes) {
        const tasks = await engine().tasks({ service: id, node: ID });
        expect(tasks.map(({ NodeID }) => NodeID)).toEqual([ID]);
      }
      const [first] = nodes;
      const told = await engine().tasks({ node: first?.Description.Hostname ?? '' });
      expect(new Set(told.map(({ NodeID }) => NodeID))).toEqual(new Set([first?.ID]));
      await expect(engine().tasks({ node: 'nobody' })).rejects.toMatchObject({ facts: { status: 404 } });
      await engine().removeService(id);
    });
  });

  test('a node says what its machine is', async () => {
    for (const { Description } of await firstEngine(ground()).nodes()) {
      expect(Description.Platform).toMatchObject({
        OS: 'linux',
        Architecture: expect.stringMatching(/x86_64|aarch64/),
      });
      expect(Description.Resources.NanoCPUs).toBeGreaterThanOrEqual(1_000_000_000);
      expect(Description.Resources.MemoryBytes).toBeGreaterThan(100_000_000);
      expect(Description.Engine.EngineVersion).toMatch(/^\d+\.\d+/);
    }
  });
}
