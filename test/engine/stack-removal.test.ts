import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { composeOnly } from '../../shared/lab/stack-source.ts';
import { stackServices } from '../../shared/stack/converge.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { removeStack } from '../../shared/stack/remove.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';

/** Its own address, the gateway's and the balancer's taken, three are left: one for the service, one for its task. */
const INGRESS = '10.11.0.0/29';
/** One address lost at each leaves the third without. */
const TIMES = 4;
const WEB = `
services:
  web: { image: "nginx:latest", stop_grace_period: 1s, init: true, ports: ["8080:80"] }
`;

describe('a stack that is removed', () => {
  let set: PlainEngines;
  let manager: PlainEngine;

  beforeAll(async () => {
    set = await startPlainEngines(`removal-${process.pid}`, 1);
    [manager] = set.engines as [PlainEngine];
    const { engine, address } = manager;
    await engine.initSwarm({ advertiseAddress: address, nodeCertificateSeconds: 31_536_000 });
    const ingress = async () => (await engine.networks()).filter(({ Name }) => Name === 'ingress');
    await eventually(async () => (await ingress()).length === 1);
    await engine.removeNetwork((await ingress())[0]?.Id ?? '');
    const small = ['--driver', 'overlay', '--ingress', '--subnet', INGRESS];
    // The engine keeps the first one's name for a moment.
    const create = () => manager.docker('network', 'create', ...small, 'ingress');
    await eventually(() => create().then(Boolean, () => false));
  });

  afterAll(async () => {
    await set?.close();
  });

  test('gives back every address that its tasks had on ingress, however often it comes and goes', async () => {
    const { engine } = manager;
    const stack = { name: 'site', source: composeOnly(WEB) };
    for (let time = 0; time < TIMES; time += 1) {
      await deployStack(engine, stack);
      const isUp = async () => {
        const [web] = await stackServices(engine, 'site', await engine.nodes());
        return web?.running === 1;
      };
      await eventually(isUp);
      await eventually(() => removeStack(engine, 'site'));
    }
    expect((await engine.networks()).map(({ Name }) => Name)).not.toContain('site_default');
  });
});
