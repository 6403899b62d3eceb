import { describe, expect, test } from 'vitest';
import { composeOnly } from '../../shared/lab/stack-source.ts';
import { stackServices } from '../../shared/stack/converge.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { removeStack } from '../../shared/stack/remove.ts';
import { eventually } from '../support/eventually.ts';
import { type EngineGround, firstEngine } from './engine-ground.ts';

/** What a stack needs of a swarm of three whose manager `ground` has first. */
export function engineStacksContract(ground: () => EngineGround): void {
  describe('stacks', () => {
    const engine = () => firstEngine(ground());

    test('a stack comes up, is changed in place, and goes with its networks', async () => {
      const stack = (replicas: number, more = '') => ({
        name: 'contract',
        source: composeOnly(`
services:
  web: { image: ${ground().image}, stop_grace_period: 1s, deploy: { replicas: ${replicas} } }
  agent: { image: ${ground().image}, stop_grace_period: 1s, deploy: { mode: global }${more} }
`),
      });
      const statuses = async () => await stackServices(engine(), 'contract', await engine().nodes());
      const converged = async () => (await statuses()).every(({ running, desired }) => running === desired);

      await deployStack(engine(), stack(2));
      await eventually(converged);
      expect(await statuses()).toMatchObject([
        { name: 'contract_agent', mode: 'global', desired: 3, running: 3, failed: 0 },
        { name: 'contract_web', mode: 'replicated', desired: 2, running: 2, failed: 0 },
      ]);

      const [web] = (await engine().services()).filter(({ Spec }) => Spec.Name === 'contract_web');
      const { Runtime, ...template } = web?.Spec.TaskTemplate ?? {};
      expect(Runtime).toBe('container');
      const tasks = await engine().tasks({ service: web?.ID ?? '' });
      expect(tasks.map(({ Spec }) => Spec)).toEqual([template, template]);

      const versionOf = async (service: string) =>
        (await engine().services({ stack: 'contract' })).find(({ Spec }) => Spec.Name === service);
      const before = await versionOf('contract_agent');
      await deployStack(engine(), stack(3));
      expect(await versionOf('contract_agent')).toEqual(before);
      await eventually(converged);
      expect((await statuses())[1]).toMatchObject({ desired: 3, running: 3 });

      await deployStack(engine(), stack(3, ', environment: { A: 1 }'));
      await eventually(converged);
      expect((await versionOf('contract_agent'))?.ID).toBe(before?.ID);
      expect((await versionOf('contract_agent'))?.Spec.TaskTemplate.ContainerSpec).toMatchObject({
        Env: ['A=1'],
      });

      await eventually(() => removeStack(engine(), 'contract'));
      expect(await engine().services({ stack: 'contract' })).toEqual([]);
      expect(await engine().networks({ stack: 'contract' })).toEqual([]);
      expect(await removeStack(engine(), 'contract')).toBe(true);
    });

    test.each([
      ['looked for', 'looked', false],
      ['taken for new', 'new', true],
    ])(
      'two deploys at once of one stack, %s, end as one; a third leaves it alone',
      async (_, name, isNew) => {
        const compose = `
services: { one: { image: ${ground().image}, stop_grace_period: 1s, configs: [words] } }
configs: { words: { file: words } }`;
        const source = { ...composeOnly(compose), files: { words: Buffer.from('hello').toString('base64') } };
        // A name of its own: of one that goes before its task is begun a node may yet make a copy of the network.
        const deploy = () => deployStack(engine(), { name, source, isNew });
        await Promise.all([deploy(), deploy()]);
        expect(await deploy()).toMatchObject({ unchanged: [`${name}_one`] });
        expect(await engine().services({ stack: name })).toHaveLength(1);
        expect(await engine().networks({ stack: name })).toHaveLength(1);
        expect(await engine().configs({ stack: name })).toHaveLength(1);
        await eventually(() => removeStack(engine(), name));
      },
    );

    test('a port that another service publishes is refused by name', async () => {
      const web =
        'services: { web: { image: nobody/has-this, ports: ["8099:80"], deploy: { replicas: 0 } } }';
      await deployStack(engine(), { name: 'contract', source: composeOnly(web) });
      await expect(deployStack(engine(), { name: 'other', source: composeOnly(web) })).rejects.toMatchObject({
        code: 'engine_refused',
        message: expect.stringMatching(/other_web: .*8099.* already in use by service 'contract_web'/),
      });
      await eventually(() => removeStack(engine(), 'other'));
      await eventually(() => removeStack(engine(), 'contract'));
    });

    test('tasks that cannot run say why', async () => {
      const compose = `
services:
  lost: { image: nobody/has-this:1, stop_grace_period: 1s }
  homeless: { image: ${ground().image}, deploy: { placement: { constraints: [node.hostname == nowhere] } } }
`;
      await deployStack(engine(), { name: 'contract', source: composeOnly(compose) });
      const problems = async () =>
        (await stackServices(engine(), 'contract', await engine().nodes())).map(
          ({ problem }) => problem ?? '',
        );
      await eventually(async () => (await problems()).every((problem) => problem !== ''));
      const [homeless, lost] = await problems();
      expect(homeless).toMatch(/no node suits it: its constraints are not met on/);
      expect(lost).toMatch(/no such image: check the name and tag of nobody\/has-this:1/);
      await eventually(() => removeStack(engine(), 'contract'));
    });
  });
}
