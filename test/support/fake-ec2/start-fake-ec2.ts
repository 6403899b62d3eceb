import { Account } from './account.ts';
import { type AuthorizeCall, authorizeCalls } from './authorize-calls.ts';
import { type Call, CallLog } from './call-log.ts';
import type { Ec2Event } from './events.ts';
import { type Fault, Faults } from './faults.ts';
import { addForeign, type Foreign } from './foreign.ts';
import type { SecurityGroup } from './groups/security-group.ts';
import { startHttpServer } from './http-server.ts';
import { type FakeInstance, type FakeInterface, type FakeVolume, isEnding } from './instances/instance.ts';
import { leftovers } from './leftovers.ts';
import type { Capacity, FakeEc2Options, QuotaOptions } from './options.ts';
import { brokenAnswer, serve } from './serve.ts';

/** The fake account: where clients reach it, what tests ask of it, what they tell it to do. Moments in ms. */
export interface FakeEc2 {
  /** For EC2, SSM and Service Quotas alike. */
  readonly endpoint: string;
  readonly region: string;
  close(): Promise<void>;

  /** Does what has become due by the clock; every request and every look below does it too. */
  advance(): void;
  /** When something changes next by itself; undefined where all stands still. */
  nextDueAt(): number | undefined;
  /** Events since the last asking, oldest first; with `onEvent` none are kept. */
  dueEvents(): Ec2Event[];
  /** Resolves once the backing is done with all it was told. Throws what it threw. */
  settled(): Promise<void>;

  /** Requests in their order, of one action or all. Those without a signature are not among them. */
  calls(action?: string): Call[];
  throttled(): Call[];
  authorizeCalls(): AuthorizeCall[];

  /** Every instance there ever was, terminated and vanished ones too. */
  instances(): readonly Readonly<FakeInstance>[];
  /** What exists now. */
  volumes(): Readonly<FakeVolume>[];
  interfaces(): Readonly<FakeInterface>[];
  groups(): Readonly<SecurityGroup>[];
  /** What is left of those with all these tags, each in words; nothing is left once it is empty. */
  leftovers(tags: Record<string, string>): string[];
  isEmpty(tags: Record<string, string>): boolean;

  /** One-shot: the next call of the action fails so. Called twice, the next two do. */
  failNext(action: string, fault?: Fault): void;
  /** One-shot: the next call waits, before it is carried out (default) or after. @returns what lets it go on. */
  hang(action: string, when?: 'before' | 'after'): () => void;

  /** So much room in a zone for a type from now on; without `machines` no bound. */
  setCapacity(capacity: Omit<Capacity, 'machines'> & { machines?: number }): void;
  setUnsupported(zone: string, type: string, unsupported?: boolean): void;
  setQuotas(quotas: QuotaOptions): void;
  setSpotRole(present: boolean): void;
  /** Free addresses of a subnet from now on. */
  setFreeAddresses(subnetId: string, count: number): void;
  /** An SSM parameter; undefined takes it away. */
  setParameter(name: string, value: string | undefined): void;
  /** Instances of the account that others run. @returns their ids. */
  addForeign(foreign: Foreign): string[];

  /** The next so many instances are launched and then end at once with this StateReason. */
  doomLaunches(count: number, code?: 'Client.InternalError' | 'Server.InternalError'): void;
  /** Ended by a hand in the console, or by AWS: seen, with events. */
  terminateOutside(ids: string[]): void;
  /** Gone without a trace and without an event. */
  vanish(ids: string[]): void;
  /** Two minutes' warning as an event, then terminated. */
  interruptSpot(ids: string[]): void;
  /** The machine's own `poweroff`. */
  shutDownInside(id: string): void;
}

/** EC2, SSM and Service Quotas on loopback, over their real wire protocols, with records for machines. */
export async function startFakeEc2(options: FakeEc2Options = {}): Promise<FakeEc2> {
  const account = new Account(options);
  const log = new CallLog();
  const faults = new Faults();
  const { endpoint, close } = await startHttpServer(async (headers, body) => {
    try {
      return await serve({ account, log, faults }, headers, body);
    } catch (error) {
      return brokenAnswer(headers, error);
    }
  });
  /** What is due comes first, whoever looks. */
  const look = <T>(read: () => T): T => {
    account.advance();
    return read();
  };
  const find = (id: string): FakeInstance => {
    const instance = account.instances.get(id);
    if (instance === undefined) throw new Error(`the fake has no instance ${id}`);
    return instance;
  };
  const each = (ids: string[], deed: (instance: FakeInstance) => void) =>
    look(() => {
      for (const instance of ids.map(find)) deed(instance);
    });

  return {
    endpoint,
    region: account.region,
    close,
    advance: () => account.advance(),
    nextDueAt: () => account.timeline.nextAt(),
    dueEvents: () => look(() => account.events.take()),
    async settled() {
      await account.backingCalls.settled();
      if (account.backingCalls.errors.length > 0) {
        throw new AggregateError(account.backingCalls.errors.splice(0), 'the backing could not');
      }
    },

    calls: (action) => log.all(action),
    throttled: () => log.throttled(),
    authorizeCalls: () => authorizeCalls(log.all()),

    instances: () => look(() => account.ever),
    volumes: () => look(() => [...account.volumes.all()]),
    interfaces: () => look(() => [...account.interfaces.all()]),
    groups: () => look(() => [...account.groups.all()]),
    leftovers: (tags) => look(() => leftovers(account, tags)),
    isEmpty: (tags) => look(() => leftovers(account, tags).length === 0),

    failNext: (action, fault = {}) => faults.failNext(action, fault),
    hang: (action, when = 'before') => faults.hang(action, when),

    setCapacity({ machines, ...place }) {
      account.capacity = account.capacity.filter(
        ({ zone, type, market }) => zone !== place.zone || type !== place.type || market !== place.market,
      );
      if (machines !== undefined) account.capacity.push({ ...place, machines });
    },
    setUnsupported(zone, type, unsupported = true) {
      if (unsupported) account.unsupported.add(`${zone} ${type}`);
      else account.unsupported.delete(`${zone} ${type}`);
    },
    setQuotas: (quotas) => void Object.assign(account.quotas, quotas),
    setSpotRole(present) {
      account.spotRole = present;
    },
    setFreeAddresses(subnetId, count) {
      const subnet = account.subnets.get(subnetId);
      if (subnet === undefined) throw new Error(`the fake has no subnet ${subnetId}`);
      subnet.setFree(count);
    },
    setParameter(name, value) {
      if (value === undefined) account.parameters.delete(name);
      else account.parameters.set(name, { value, type: 'String', version: 1 });
    },
    addForeign: (foreign) => look(() => addForeign(account, foreign)),

    doomLaunches: (count, code = 'Client.InternalError') => account.lifecycle.doom(count, code),
    terminateOutside: (ids) =>
      each(ids, (instance) => {
        if (!isEnding(instance)) account.lifecycle.terminate(instance);
      }),
    vanish: (ids) => each(ids, (instance) => account.lifecycle.vanish(instance)),
    interruptSpot: (ids) => each(ids, (instance) => account.lifecycle.interrupt(instance)),
    shutDownInside: (id) => each([id], (instance) => account.lifecycle.shutDownInside(instance)),
  };
}
