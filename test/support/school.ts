import { loadCatalogue } from '../../shared/catalogue/load-catalogue.ts';
import { iso } from '../../shared/core/clock.ts';
import type { Lab, LabSpec } from '../../shared/lab/lab.ts';
import { phaseOf } from '../../shared/lab/phase.ts';
import type { Policy } from '../../shared/ports/deps.ts';
import { reconcile } from '../../shared/reconcile/reconcile.ts';
import { tick } from '../../shared/reconcile/tick.ts';
import { aLab } from './builders.ts';
import { DriverWorld } from './driver-world.ts';
import { FakeEngines } from './fake-engine.ts';
import { LaggingDriver } from './lagging-driver.ts';
import { ManualQueue } from './manual-queue.ts';
import { createWorld } from './world.ts';

const catalogue = await loadCatalogue();

/** The course's three machines, their engines and the stack webserver, over fakes. */
export async function aSchool(
  spec: Partial<LabSpec> = {},
  { of, policy = {} }: { of?: Lab['class']; policy?: Partial<Policy> } = {},
) {
  const { deps: base } = createWorld({ over: { catalogue }, policy });
  const { clock, labs } = base;
  const world = new DriverWorld({
    now: () => clock.now(),
    onBoot: ({ labId, name }) =>
      void labs
        .saveEnrolment(labId, { machine: name, enrolledAt: iso(clock.now()) })
        .then(() => queue.enqueue(labId, 0)),
  });
  const engines = new FakeEngines({
    now: () => clock.now(),
    // Reached by their private addresses, as from the same network.
    hosts: () => world.machines.map((machine) => ({ ...machine, address: machine.privateAddress })),
  });
  const driver = new LaggingDriver({ world });
  const queue = new ManualQueue({ clock, redeliverAfterSeconds: 1 });
  const deps = { ...base, driver, engines, queue };
  queue.consume((wakeId) => reconcile(deps, wakeId));
  const lab = aLab({ spec, ...(of === undefined ? {} : { class: of }) });
  await labs.create(lab);
  await queue.enqueue(lab.id, 0);
  const load = async () => {
    const found = await labs.load(lab.id);
    if (found === undefined) throw new Error('the lab has no record');
    return found.lab;
  };
  return {
    deps,
    driver,
    engines,
    world,
    load,
    id: lab.id,
    phase: async () => phaseOf(await load(), clock.now()),
    async pass(seconds: number) {
      const until = clock.now() + seconds * 1000;
      while (clock.now() < until) {
        await tick(deps);
        await queue.drain(Math.min(until, clock.now() + 60_000));
      }
    },
    async change(change: (spec: LabSpec) => LabSpec) {
      const current = await load();
      await labs.saveSpec(current, change(current.spec), clock.now());
      await queue.enqueue(lab.id, 0);
    },
  };
}
