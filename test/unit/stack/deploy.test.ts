import { describe, expect, test } from 'vitest';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { stackServices } from '../../../shared/stack/converge.ts';
import { deployStack } from '../../../shared/stack/deploy.ts';
import { publishedPorts } from '../../../shared/stack/published-ports.ts';
import { removeStack } from '../../../shared/stack/remove.ts';
import { stackDigest } from '../../../shared/stack/stack-digest.ts';
import { imagesForEveryNode } from '../../../shared/stack/stack-images.ts';
import type { EngineCall } from '../../support/fake-engine.ts';
import { aFakeLab, type FakeLab } from '../../support/fake-lab.ts';

const compose = (web = '') => `
services:
  web: { image: nginx, networks: [front], ports: ["8080:80"]${web} }
  db: { image: postgres:15 }
networks: { front: { attachable: true } }
`;

async function aSwarm(options = {}): Promise<FakeLab> {
  const lab = aFakeLab({ managers: 1, workers: 1 }, options);
  await lab.form();
  lab.all.calls.length = 0;
  return lab;
}

const writesOf = (lab: FakeLab) =>
  lab.all.calls
    .map((call) => call.split(' ')[1] ?? '')
    .filter((call) => /^(create|update|remove)(Service|Network|Secret|Config)/.test(call));

const deploy = (lab: FakeLab, text = compose(), name = 'shop') =>
  deployStack(lab.engine('m1'), { name, source: composeOnly(text) });

describe('deploying a stack', () => {
  test('makes networks, then services, with the stack’s names and labels', async () => {
    const lab = await aSwarm();
    await deploy(lab);
    expect(writesOf(lab)).toEqual(['createNetwork', 'createNetwork', 'createService', 'createService']);
    const networks = await lab.engine('m1').networks({ stack: 'shop' });
    expect(networks.map(({ Name }) => Name).sort()).toEqual(['shop_default', 'shop_front']);
    const services = await lab.engine('m1').services({ stack: 'shop' });
    const front = networks.find(({ Name }) => Name === 'shop_front');
    expect(services.find(({ Spec }) => Spec.Name === 'shop_web')?.Spec).toMatchObject({
      Labels: { 'com.docker.stack.namespace': 'shop', 'com.docker.stack.image': 'nginx' },
      TaskTemplate: {
        ContainerSpec: { Image: 'nginx:latest' },
        Networks: [{ Target: front?.Id, Aliases: ['web'] }],
      },
    });
  });

  test('again writes nothing; changed, it updates what changed in place', async () => {
    const lab = await aSwarm();
    await deploy(lab);
    const before = await lab.engine('m1').services();
    lab.all.calls.length = 0;
    await deploy(lab);
    expect(writesOf(lab)).toEqual([]);
    await deploy(lab, compose(', deploy: { replicas: 3 }'));
    expect(writesOf(lab)).toEqual(['updateService']);
    const after = await lab.engine('m1').services();
    expect(after.map(({ ID }) => ID)).toEqual(before.map(({ ID }) => ID));
    const indexes = after.map(({ Version }, index) => Version.Index - (before[index]?.Version.Index ?? 0));
    expect(indexes.filter((more) => more === 0)).toHaveLength(1);
  });

  test.each([
    ['environment', ', environment: { A: 1 }'],
    ['a label', ', labels: { a: "" }'],
    ['parallelism 0', ', deploy: { update_config: { parallelism: 0 } }'],
    ['init false', ', init: false'],
    ['a restart policy', ', deploy: { restart_policy: { delay: 0s } }'],
    ['a limit', ', deploy: { resources: { limits: { memory: 50M } } }'],
  ])('sees that %s came, and that it was taken out', async (_, web) => {
    const lab = await aSwarm();
    await deploy(lab);
    lab.all.calls.length = 0;
    await deploy(lab, compose(web));
    expect(writesOf(lab)).toEqual(['updateService']);
    await deploy(lab, compose(web));
    expect(writesOf(lab)).toEqual(['updateService']);
    await deploy(lab);
    expect(writesOf(lab)).toEqual(['updateService', 'updateService']);
  });

  test('leaves a service alone that has the same configs in another order, as the docker command makes it', async () => {
    const lab = await aSwarm();
    const source = {
      ...composeOnly(
        'services: { web: { image: a, configs: [one, { source: one, target: /b }, two] } }\nconfigs: { one: { file: f }, two: { file: f } }',
      ),
      files: { f: Buffer.from('x').toString('base64') },
    };
    await deployStack(lab.engine('m1'), { name: 'shop', source });
    const [web] = await lab.engine('m1').services({ stack: 'shop' });
    if (web === undefined) throw new Error('there is no service');
    const { Configs, ...rest } = web.Spec.TaskTemplate.ContainerSpec as { Configs: object[] };
    await lab.engine('m1').updateService(web.ID, web.Version.Index, {
      ...web.Spec,
      TaskTemplate: { ...web.Spec.TaskTemplate, ContainerSpec: { ...rest, Configs: Configs.toReversed() } },
    });
    const report = await deployStack(lab.engine('m1'), { name: 'shop', source });
    expect(report).toMatchObject({ unchanged: ['shop_web'], updated: [] });
    expect(Configs).toHaveLength(3);
  });

  const steps: EngineCall[] = ['networks', 'services', 'createNetwork', 'createService'];
  test.each(steps.flatMap((call) => [[call, 'before'] as const, [call, 'after'] as const]))(
    'cut short at %s (%s its effect), it is finished by the next run',
    async (call, when) => {
      const lab = await aSwarm();
      lab.all.failOnce(call, when);
      await expect(deploy(lab)).rejects.toMatchObject({ code: 'engine_unreachable', retryable: true });
      await deploy(lab);
      lab.all.calls.length = 0;
      await deploy(lab);
      expect(writesOf(lab)).toEqual([]);
      expect(await lab.engine('m1').services({ stack: 'shop' })).toHaveLength(2);
      expect(await lab.engine('m1').networks({ stack: 'shop' })).toHaveLength(2);
    },
  );

  const withFile = (content: string) => ({
    ...composeOnly(
      'services: { web: { image: a, configs: [one] }, db: { image: b } }\nconfigs: { one: { file: f } }',
    ),
    files: { f: Buffer.from(content).toString('base64') },
  });

  test('makes a new one without a look at what is there', async () => {
    const lab = await aSwarm();
    const source = withFile('x');
    const report = await deployStack(lab.engine('m1'), { name: 'shop', source, isNew: true });
    expect(report.created.sort()).toEqual(['shop_db', 'shop_web']);
    expect(lab.all.calls.map((call) => call.split(' ')[1]).sort()).toEqual([
      'createConfig',
      'createNetwork',
      'createService',
      'createService',
    ]);
  });

  test.each([
    ['all of it', withFile('x')],
    ['all of it, a file with another content', withFile('y')],
    ['a part of it', { ...withFile('x'), compose: 'services: { web: { image: a } }' }],
  ])('taken for new where %s is there, ends as one that is looked for', async (_, former) => {
    const states = await Promise.all(
      [true, false].map(async (isNew) => {
        const lab = await aSwarm();
        const engine = lab.engine('m1');
        await deployStack(engine, { name: 'shop', source: former });
        const report = await deployStack(engine, { name: 'shop', source: withFile('x'), isNew });
        const [networks, services] = await Promise.all([engine.networks(), engine.services()]);
        const again = await deployStack(engine, { name: 'shop', source: withFile('x') });
        const configs = await engine.configs();
        return {
          report: Object.values(report).map((names) => names.sort()),
          networks: networks.map(({ Name }) => Name).sort(),
          services: services
            .map(({ Spec }) => JSON.stringify(Spec).replaceAll(/-of-cluster-\d+/g, ''))
            .sort(),
          configs: configs.map(({ Spec }) => Spec.Name).sort(),
          unchanged: again.unchanged.sort(),
        };
      }),
    );
    expect(states[0]).toEqual(states[1]);
    expect(states[0]?.unchanged).toEqual(['shop_db', 'shop_web']);
  });

  test('tells which service failed, and that the rest is there', async () => {
    const lab = await aSwarm();
    lab.all.failOnce('createService');
    await expect(deploy(lab)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^shop_web: .*\(shop_db are deployed; deploy again for the rest, or remove the stack\)$/,
      ),
    });
  });

  test('overtaken by another writer, it looks again and writes on top', async () => {
    const lab = await aSwarm();
    await deploy(lab);
    const overtaken = new SlipwayError('engine_refused', 'rpc error: update out of sequence', {
      facts: { status: 500 },
    });
    lab.all.failOnce('updateService', 'before', { error: overtaken });
    await deploy(lab, compose(', environment: { A: 1 }'));
    const web = (await lab.engine('m1').services()).find(({ Spec }) => Spec.Name === 'shop_web');
    expect(web?.Spec.TaskTemplate.ContainerSpec).toMatchObject({ Env: ['A=1'] });
  });

  test('beside another deploy of the same stack, it ends as one', async () => {
    const lab = await aSwarm();
    await Promise.all([deploy(lab), deploy(lab), deploy(lab)]);
    expect(await lab.engine('m1').services({ stack: 'shop' })).toHaveLength(2);
    expect(await lab.engine('m1').networks({ stack: 'shop' })).toHaveLength(2);
  });

  test('does not take what is not the stack’s', async () => {
    const lab = await aSwarm();
    const engine = lab.engine('m1');
    await engine.createNetwork({ Name: 'shop_front', Driver: 'overlay', Labels: {} });
    await expect(deploy(lab)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(
        'a network shop_front exists that is not the stack’s'.replace('’', "'"),
      ),
    });
    const other = await aSwarm();
    await other.engine('m1').createService({
      Name: 'shop_db',
      Labels: {},
      TaskTemplate: { ContainerSpec: { Image: 'mine' } },
      Mode: { Replicated: { Replicas: 1 } },
    });
    await expect(deploy(other)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('a service shop_db exists that is not of stack shop'),
    });
  });

  test('finds external networks, and says which are missing', async () => {
    const lab = await aSwarm();
    const text = `
services: { web: { image: nginx, networks: [out, renamed] } }
networks: { out: { external: true }, renamed: { name: shared, external: true } }
`;
    await expect(deploy(lab, text)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('the network out, shared is declared external and is not there'),
    });
    const out = await lab.engine('m1').createNetwork({ Name: 'out', Driver: 'overlay', Labels: {} });
    const shared = await lab.engine('m1').createNetwork({ Name: 'shared', Driver: 'overlay', Labels: {} });
    await deploy(lab, text);
    const [web] = await lab.engine('m1').services();
    expect(web?.Spec.TaskTemplate.Networks).toMatchObject([{ Target: out.id }, { Target: shared.id }]);
  });

  test('refuses an external network that is of one node alone', async () => {
    const lab = await aSwarm();
    const text =
      'services: { web: { image: nginx, networks: [mine] } }\nnetworks: { mine: { external: true } }';
    await lab.engine('m1').createNetwork({ Name: 'mine', Driver: 'bridge', Labels: {} });
    await expect(deploy(lab, text)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('the network mine is of one node alone'),
    });
  });

  test('keeps the digest that an unchanged image was resolved to, and a forced restart', async () => {
    const lab = await aSwarm();
    await deploy(lab);
    const engine = lab.engine('m1');
    const found = (await engine.services()).find(({ Spec }) => Spec.Name === 'shop_web');
    if (found === undefined) throw new Error('no web');
    const resolved = `nginx:latest@sha256:${'0'.repeat(64)}`;
    const { TaskTemplate } = found.Spec;
    await engine.updateService(found.ID, found.Version.Index, {
      ...found.Spec,
      TaskTemplate: {
        ...TaskTemplate,
        ForceUpdate: 3,
        ContainerSpec: { ...(TaskTemplate.ContainerSpec as object), Image: resolved },
      },
    });
    lab.all.calls.length = 0;
    await deploy(lab);
    expect(writesOf(lab)).toEqual([]);
    await deploy(lab, compose(', environment: { A: 1 }'));
    const updated = (await engine.services()).find(({ ID }) => ID === found.ID);
    expect(updated?.Spec.TaskTemplate).toMatchObject({ ForceUpdate: 3, ContainerSpec: { Image: resolved } });
  });

  test('says to try again while a removed stack’s network still goes', async () => {
    const lab = await aSwarm();
    const error = new SlipwayError('engine_refused', '500 network abc not found', { facts: { status: 500 } });
    lab.all.failOnce('createService', 'before', { error });
    await expect(deploy(lab)).rejects.toMatchObject({ code: 'conflict', retryable: true });
  });

  test.each(['a.b', 'x'.repeat(63), '-a'])('refuses the name %s before it makes anything', async (name) => {
    const lab = await aSwarm();
    await expect(deploy(lab, compose(), name)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('63 at most'),
    });
    expect(lab.all.calls).toEqual([]);
  });

  test('refuses a file whose services want one port before it makes anything; host ports and other protocols are apart', async () => {
    const lab = await aSwarm();
    const two = (ports: string) => `
services:
  a: { image: nginx, ports: ["80:80", { target: 81, published: 81, mode: host }] }
  b: { image: nginx, ports: [${ports}] }
`;
    const onNode = '{ target: 80, published: 80, mode: host }';
    await expect(deploy(lab, two(onNode))).rejects.toMatchObject({ code: 'conflict' });
    await expect(deploy(lab, two('"80:8080"'))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('port 80/tcp is published by shop_a and by shop_b'),
    });
    expect(lab.all.calls).toEqual([]);
    await deploy(lab, two('"80:80/udp", { target: 81, published: 81, mode: host }'));
    expect(await lab.engine('m1').services({ stack: 'shop' })).toHaveLength(2);
  });

  test('a bug is no refusal', async () => {
    const lab = await aSwarm();
    lab.all.failOnce('createService', 'before', { error: new TypeError('a bug') });
    await expect(deploy(lab)).rejects.toThrow(TypeError);
  });
});

describe('removing a stack', () => {
  test('ends once its tasks let go of its networks, and spares others', async () => {
    let now = 0;
    const lab = await aSwarm({ now: () => now, stopMilliseconds: 5000 });
    await deploy(lab);
    await deploy(lab, 'services: { solo: { image: nginx } }', 'other');
    await stackServices(lab.engine('m1'), 'shop', await lab.engine('m1').nodes());
    expect(await removeStack(lab.engine('m1'), 'shop')).toBe(false);
    expect(await lab.engine('m1').services({ stack: 'shop' })).toEqual([]);
    now = 5000;
    expect(await removeStack(lab.engine('m1'), 'shop')).toBe(true);
    expect(await lab.engine('m1').networks()).toMatchObject([{ Name: 'other_default' }]);
    expect(await lab.engine('m1').services()).toHaveLength(1);
    expect(await removeStack(lab.engine('m1'), 'shop')).toBe(true);
  });

  test.each([
    ['removeService', 404, 'service not found'],
    ['removeNetwork', 404, 'network not found'],
    ['removeNetwork', 500, 'network abc not found'],
  ] as const)('takes it as done that someone else was faster (%s: %i %s)', async (call, status, words) => {
    const lab = await aSwarm();
    await deploy(lab);
    const error = new SlipwayError('engine_refused', words, { facts: { status } });
    lab.all.failOnce(call, 'after', { error });
    expect(await removeStack(lab.engine('m1'), 'shop')).toBe(true);
  });

  test.each(['removeService', 'removeNetwork'] as const)('tells any other failure of %s', async (call) => {
    const lab = await aSwarm();
    await deploy(lab);
    lab.all.failOnce(call);
    await expect(removeStack(lab.engine('m1'), 'shop')).rejects.toMatchObject({ code: 'engine_unreachable' });
  });
});

describe('what a Compose file asks for', () => {
  test('is told as ports, and images that every node will need, each once', () => {
    const text = `
services:
  a: { image: nginx, ports: ["8080:80", "8080:80/udp", 443] }
  b: { image: docker.io/library/nginx, ports: [{ target: 1, published: 9000, mode: host }] }
  c: { image: redis:7, deploy: { mode: global } }
  d: { image: redis:6, deploy: { replicas: 5 } }
  e: { image: redis:5, deploy: { mode: global, placement: { constraints: [node.role == manager] } } }
`;
    const read = readCompose(composeOnly(text));
    expect(publishedPorts(read)).toEqual([8080, 9000]);
    expect(imagesForEveryNode(read, 3)).toEqual(['redis:7', 'redis:6']);
    expect(imagesForEveryNode(read, 1)).toEqual(['nginx:latest', 'redis:7', 'redis:6']);
  });

  test('has a digest that changes with its name, its files and each request for it', () => {
    const catalogue = composeOnly('services: {}');
    const digests = [
      stackDigest({ name: 'a', from: 'a' }, catalogue),
      stackDigest({ name: 'b', from: 'a' }, catalogue),
      stackDigest({ name: 'a', from: 'a' }, composeOnly('services: { web: {} }')),
      stackDigest({ name: 'a', from: 'a', source: '1' }, catalogue),
      stackDigest({ name: 'a', from: 'a', source: '1', revision: 2 }, catalogue),
      stackDigest({ name: 'a', from: 'a', source: '1', revision: 2, prune: true }, catalogue),
    ];
    expect(new Set(digests).size).toBe(digests.length);
    expect(stackDigest({ name: 'a', from: 'a' }, catalogue)).toBe(digests[0]);
  });

  test('sent with a request, is deployed again only when asked for again, whatever the catalogue has become', () => {
    const stack = { name: 'a', from: 'a', source: '1', revision: 1 };
    expect(stackDigest(stack, composeOnly('x'))).toBe(stackDigest(stack, undefined));
  });
});
