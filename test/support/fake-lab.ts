import { initSwarm, joinSwarm, swarmTokens } from '../../shared/engine/swarm.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import { FakeEngines, type FakeEnginesOptions, type FakeHost } from './fake-engine.ts';

const LAB = 'a-lab';

/** A lab's hosts with their engines, no driver and no record around them. */
export interface FakeLab {
  all: FakeEngines;
  hosts: FakeHost[];
  engine(name: string): Engine;
  /** Managers first: `m1`, `m2` …, then `w1` …; all of them one swarm. */
  form(): Promise<void>;
}

export function aFakeLab(
  { managers, workers }: { managers: number; workers: number },
  options: Partial<Omit<FakeEnginesOptions, 'hosts'>> = {},
): FakeLab {
  const names = [
    ...Array.from({ length: managers }, (_, index) => `m${index + 1}`),
    ...Array.from({ length: workers }, (_, index) => `w${index + 1}`),
  ];
  const hosts = names.map(
    (name, index): FakeHost => ({
      id: index + 1,
      labId: LAB,
      name,
      privateAddress: `100.64.0.${index + 2}`,
      power: 'on',
    }),
  );
  const all = new FakeEngines({ hosts: () => hosts, ...options });
  const engine = (name: string) => all.machine(LAB, name);
  return {
    all,
    hosts,
    engine,
    async form() {
      const [first, ...rest] = hosts as [FakeHost, ...FakeHost[]];
      await initSwarm(engine(first.name), first.privateAddress);
      const tokens = await swarmTokens(engine(first.name));
      await Promise.all(
        rest.map(({ name, privateAddress }) =>
          joinSwarm(engine(name), {
            role: name.startsWith('m') ? 'manager' : 'worker',
            advertiseAddress: privateAddress,
            tokens,
            managers: [`${first.privateAddress}:2377`],
          }),
        ),
      );
    },
  };
}
