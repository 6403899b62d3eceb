import { gunzipSync } from 'node:zlib';
import { newLabId } from '../../shared/core/ids.ts';
import type { Driver, Launch, LaunchWish, Placement } from '../../shared/ports/driver.ts';
import type { FakeInstance } from './fake-ec2/instances/instance.ts';
import type { FakeEc2 } from './fake-ec2/start-fake-ec2.ts';

/** A lab's launches as the reconciler asks for them. */
export interface Launcher {
  labId: string;
  wish(over?: Partial<LaunchWish>): LaunchWish;
  plan(over?: Partial<LaunchWish>): Promise<Placement>;
  /** Planned now, unless told where. */
  launch(over?: Partial<Launch>): Promise<Launch>;
}

/** A lab with its network, whose three machines are a manager and two workers. */
export async function aLauncher(driver: Driver, names = ['m1', 'm2', 'm3']): Promise<Launcher> {
  const labId = newLabId(Date.now());
  await driver.createNetwork(labId);
  const wish = (over: Partial<LaunchWish> = {}): LaunchWish => ({
    labId,
    attempt: 1,
    machines: names.map((name, index) => ({ name, role: index === 0 ? 'manager' : 'worker' })),
    short: [],
    mayStop: true,
    ...over,
  });
  const plan = (over?: Partial<LaunchWish>) => driver.plan(wish(over));
  return {
    labId,
    wish,
    plan,
    async launch(over = {}) {
      return {
        labId,
        attempt: 1,
        machines: names.map((name) => ({ name, token: `token-of-${name}-${'x'.repeat(30)}` })),
        placement: over.placement ?? (await plan()),
        sshPublicKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGtleSBvZiBhIHRlc3QgdGhhdCBubyBvbmUgaGFz student',
        ports: [],
        ...over,
      };
    },
  };
}

/** A lab's instances as the account has them, ended ones too. */
export function instancesOf(fake: FakeEc2, labId: string): Readonly<FakeInstance>[] {
  return fake.instances().filter(({ tags }) => tags.get('slipway:lab') === labId);
}

/** What an instance reads as its user data. */
export function userDataOf({ userData = '' }: Readonly<FakeInstance>): string {
  const bytes = Buffer.from(userData, 'base64');
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString();
}
