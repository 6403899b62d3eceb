import { FakeEngines, type FakeHost } from '../support/fake-engine.ts';
import { engineContract } from './engine-contract.ts';

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
  return {
    image: 'nginx',
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
    close: async () => {},
  };
});
