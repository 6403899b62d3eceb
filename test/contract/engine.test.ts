import { FakeEngines, type FakeHost } from '../support/fake-engine.ts';
import { engineContract } from './engine-contract.ts';
import type { EngineGround } from './engine-ground.ts';

engineContract('engines in memory', async () => {
  const hosts: FakeHost[] = [1, 2, 3].map((id) => ({
    id,
    labId: 'a-lab',
    name: `host-${id}`,
    privateAddress: `100.64.0.${id + 1}`,
    power: 'on',
  }));
  const all = new FakeEngines({ hosts: () => hosts, taskMilliseconds: 50, stopMilliseconds: 50 });
  all.missingImages.add('nobody/has-this:1').add('nobody/has-this:latest');
  all.unknownImages.add('registry.invalid/has-this:1');
  const refrains: NodeJS.Timeout[] = [];
  const speaker: EngineGround['speaker'] = (service, { lines, refrain }) => {
    const { logs } = all.swarmOf('a-lab');
    let at = Date.now();
    logs.say(
      service,
      lines.map(({ afterSeconds = 0, ...line }) => {
        at += afterSeconds * 1000;
        return { ...line, at: new Date(at).toISOString() };
      }),
    );
    if (refrain !== undefined) refrains.push(setInterval(() => logs.say(service, [{ text: refrain }]), 50));
    return { Image: 'nginx' };
  };
  return {
    image: 'nginx',
    missingImage: 'nobody/has-this:1',
    unknownImage: 'registry.invalid/has-this:1',
    speaker,
    execIn: async () => all.use('a-lab', 'host-3'),
    pauseSeconds: 0.1,
    engines: hosts.map((host) => ({
      name: host.name,
      address: host.privateAddress,
      engine: all.machine(host.labId, host.name),
      kill: async () => {
        host.power = 'off';
      },
      start: async () => {
        host.power = 'on';
      },
    })),
    close: async () => {
      for (const refrain of refrains) clearInterval(refrain);
    },
  };
});
