import { iso } from '../../core/clock.ts';
import { isSlipwayError, messageOf } from '../../core/errors.ts';
import type { LabStatus } from '../../lab/lab.ts';
import type { Engine, Node } from '../../ports/engine.ts';
import { engineOf, infoOf, liveMachines, observeMachines, type Run, tell } from '../run.ts';
import { done, listed, lookSeconds, type Step, wait } from '../step.ts';

/** Between two looks at a node that is drained or demoted. */
const LOOK_SECONDS = 0.5;
/** Tasks are given so long to end; a service's own stop_grace_period is 10 s unless told. */
const DRAIN_SECONDS = 30;
/** Where the swarm does not go along: no manager answers, or it does not let go of a manager. */
const AGAIN_SECONDS = 2;

interface Going {
  name: string;
  /** Its machine goes whatever becomes of the swarm. */
  force: boolean;
  /** Made anew, not only removed. */
  rebuild: boolean;
}

/**
 * Takes machines out of a live lab: those that the spec names no more, and those that are to be made anew, which the step
 * after launches. Each is drained, demoted where it is a manager, leaves, is forgotten by the swarm, and only then destroyed;
 * how far it is, the swarm itself tells.
 */
export const letMachinesGo: Step = {
  name: 'letMachinesGo',
  async run(run) {
    const going = whoGoes(run);
    keepAccount(run, going);
    if (going.length === 0) return done();
    const words: string[] = [];
    const free: Going[] = [];
    // One after the other: each demotion changes what the next one's majority is.
    for (const one of going) {
      const blocked = await leave(run, one);
      if (blocked === undefined) free.push(one);
      else words.push(blocked);
    }
    if (free.length > 0) await destroy(run, free);
    const left = going.filter(({ name }) => run.listed.some((machine) => machine.name === name));
    keepAccount(run, left);
    if (left.length === 0) return done();
    const still = words.length > 0 ? listed(words) : `${listed(left.map(({ name }) => name))} going down`;
    const seconds = words.length > 0 ? LOOK_SECONDS : lookSeconds(run, LOOK_SECONDS);
    return wait(
      run.status.leaving?.some(({ told }) => told) ? AGAIN_SECONDS : seconds,
      'MachinesLeaving',
      still,
    );
  },
};

function whoGoes({ lab, status, listed: there }: Run): Going[] {
  const forced = new Set((lab.spec.leaving ?? []).flatMap(({ name, force }) => (force ? [name] : [])));
  return there.flatMap(({ name, attempt }): Going[] => {
    const spec = lab.spec.machines.find((machine) => machine.name === name);
    if (spec === undefined) return [{ name, force: forced.has(name), rebuild: false }];
    const machine = status.machines.find((one) => one.name === name && one.attempt === attempt);
    const isRebuilt = (machine?.rebuilds ?? 0) >= (spec.rebuilds ?? 0);
    return machine === undefined || isRebuilt ? [] : [{ name, force: forced.has(name), rebuild: true }];
  });
}

/** Since when each is on its way, and when it was gone, which lets its name be used again. */
function keepAccount(run: Run, going: Going[]): void {
  const before = run.status.leaving ?? [];
  const now = iso(run.now);
  const asked = (run.lab.spec.leaving ?? []).map(({ name }) => name);
  const names = new Set([...asked, ...going.map(({ name }) => name)]);
  const account = [...names].map((name): NonNullable<LabStatus['leaving']>[number] => {
    const known = before.find((one) => one.name === name);
    const isGone = !going.some((one) => one.name === name);
    if (known === undefined || (known.goneAt !== undefined && !isGone))
      return { name, since: now, ...(isGone ? { goneAt: now } : {}) };
    return isGone ? { ...known, goneAt: known.goneAt ?? now } : known;
  });
  if (account.length > 0) run.status.leaving = account;
  else delete run.status.leaving;
}

/** @returns why it cannot be destroyed yet, or undefined once the swarm knows it no more. */
async function leave(run: Run, { name, force }: Going): Promise<string | undefined> {
  const speaker = await managerBeside(run, name);
  if (speaker === undefined) {
    // Where no swarm of ours was formed there is none to be kept whole.
    const isAlone = run.status.swarm?.id === undefined;
    if (isAlone || force) return undefined;
    return keep(run, name, `${name} stays: no other manager of the swarm answers to let it go`);
  }
  try {
    const nodes = (await speaker.nodes()).filter(({ Description }) => Description.Hostname === name);
    for (const node of nodes) {
      const blocked = await takeOut(run, speaker, node, name);
      if (blocked !== undefined) return blocked;
    }
    return undefined;
  } catch (error) {
    if (!isSlipwayError(error)) throw error;
    if (force) return undefined;
    return keep(run, name, `${name} stays: ${messageOf(error)}`);
  }
}

/** One step on a node's way out; each is seen in the swarm before the next. */
async function takeOut(run: Run, swarm: Engine, node: Node, name: string): Promise<string | undefined> {
  const { ID, Version, Spec, Status, ManagerStatus } = node;
  const isUp = Status.State === 'ready';
  if (isUp && Spec.Availability !== 'drain') {
    await swarm.updateNode(ID, Version.Index, { ...Spec, Availability: 'drain' });
    return `${name} is being drained`;
  }
  if (isUp && secondsSince(run, name) < DRAIN_SECONDS && (await hasTasks(swarm, ID))) {
    return `${name} is being drained`;
  }
  if (Spec.Role === 'manager') {
    await swarm.updateNode(ID, Version.Index, { ...Spec, Role: 'worker' });
    return `${name} is being demoted`;
  }
  if (ManagerStatus !== undefined) return `${name} is being demoted`;
  if (isUp) {
    // Forgotten by force all the same, should it not hear.
    const engine = await engineOf(run, name).catch(() => undefined);
    await engine?.leaveSwarm({ force: true }).catch((error: unknown) => {
      run.deps.log.debug({ lab: run.lab.id, machine: name, reason: messageOf(error) }, 'did not leave');
    });
  }
  await swarm.removeNode(ID, { force: true }).catch((error: unknown) => {
    if (!isSlipwayError(error, 'engine_refused') || error.facts.status !== 404) throw error;
  });
  return undefined;
}

async function hasTasks(swarm: Engine, node: string): Promise<boolean> {
  const tasks = await swarm.tasks({ node });
  return tasks.some(({ Status: { State } }) => State === 'running' || State === 'starting');
}

function secondsSince(run: Run, name: string): number {
  const since = run.status.leaving?.find((one) => one.name === name)?.since;
  return since === undefined ? 0 : (run.now - Date.parse(since)) / 1000;
}

/** Told once in the timeline: this step is nobody's condition. */
function keep(run: Run, name: string, words: string): string {
  run.status.leaving = run.status.leaving?.map((one) => {
    if (one.name !== name) return one;
    if (one.told !== words) tell(run, 'MachineStays', words);
    return { ...one, told: words };
  });
  return words;
}

/** Another machine's engine that manages the swarm now. */
async function managerBeside(run: Run, name: string): Promise<Engine | undefined> {
  const { swarm } = run.status;
  const rank = (hostname: string) =>
    Number(swarm?.nodes.find((node) => node.hostname === hostname)?.role === 'manager');
  const others = liveMachines(run)
    .filter(({ spec, status }) => spec.name !== name && status.state === 'Running')
    .sort((a, b) => rank(b.spec.name) - rank(a.spec.name));
  for (const { spec } of others) {
    const info = await infoOf(run, spec.name).catch(() => undefined);
    if (info?.swarm.controlAvailable === true && info.swarm.error === '')
      return await engineOf(run, spec.name);
  }
  return undefined;
}

async function destroy(run: Run, free: Going[]): Promise<void> {
  const names = free.map(({ name }) => name);
  await run.deps.driver.remove(run.lab.id, names);
  await observeMachines(run);
  for (const { name, rebuild } of free) {
    run.infos.delete(name);
    // A driver's list may show it for a while yet.
    const isTold = run.status.leaving?.find((one) => one.name === name)?.destroyedAt !== undefined;
    if (isTold) continue;
    if (rebuild) tell(run, 'MachineRebuilt', `${name} destroyed, to be made anew under its name and role`);
    else tell(run, 'MachineRemoved', `Successfully removed ${name}`);
    const destroyedAt = iso(run.now);
    run.status.leaving = run.status.leaving?.map((one) =>
      one.name === name ? { ...one, destroyedAt } : one,
    );
  }
  if (run.status.swarm === undefined) return;
  run.status.swarm.nodes = run.status.swarm.nodes.filter(({ hostname }) => !names.includes(hostname));
}
