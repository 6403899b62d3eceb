import { iso } from '../core/clock.ts';
import { SlipwayError } from '../core/errors.ts';
import { CONDITION_NAMES, type ConditionName, withCondition } from '../lab/conditions.ts';
import { type Enrolment, type Lab, type LabEvent, type LabStatus, nodesOf } from '../lab/lab.ts';
import { isLaunched } from '../lab/launched.ts';
import type { MachineSpec, MachineStatus } from '../lab/machine.ts';
import type { Deps } from '../ports/deps.ts';
import type { DriverMachine, MachineKind } from '../ports/driver.ts';
import type { Engine, EngineInfo } from '../ports/engine.ts';
import type { ReadStack } from '../stack/compose/read-compose.ts';
import { catalogueStacksOf } from '../stack/lab-ports.ts';
import { THROTTLED } from './driver-trouble.ts';
import { reckonUsage } from './reckon-usage.ts';

/**
 * One run of the reconciler over one lab: what was loaded, what was observed, and the status being written. Steps
 * change `status` and nothing else of the record.
 */
export interface Run {
  readonly deps: Deps;
  readonly now: number;
  /** As last loaded or saved. */
  lab: Lab;
  readonly enrolments: Enrolment[];
  /** The draft; saved once at the end, or by `commitRun` before money is spent. */
  status: LabStatus;
  /** As the driver listed them last. */
  listed: DriverMachine[];
  /** Has the driver told in this run what there is? */
  isObserved: boolean;
  /** `/info` of each engine that was asked in this run, by machine. */
  readonly infos: Map<string, EngineInfo>;
}

export function startRun(deps: Deps, lab: Lab, enrolments: Enrolment[]): Run {
  return {
    deps,
    now: deps.clock.now(),
    lab,
    enrolments,
    status: structuredClone(lab.status),
    listed: [],
    isObserved: false,
    infos: new Map(),
  };
}

/** Appends to the lab's timeline. The next sequence is the record's, so that a repeated run writes the same item. */
export function tell(run: Run, type: string, message: string): void {
  const last = run.status.events.at(-1)?.sequence ?? 0;
  const event: LabEvent = { sequence: last + 1, at: iso(run.deps.clock.now()), type, message };
  run.status.events = [...run.status.events, event].slice(-EVENT_HEADS);
}

/** Heads kept in the lab's own item; design.md. */
const EVENT_HEADS = 20;
/** What the item may take of its 16 KB, all told: ten long messages of the instructor are most of it. */
const ITEM_BYTES = 15 * 1024;

/** The last of them that the item has room for; at least one, for it tells where the timeline is. */
function roomyHeads({ lab, status }: Run): LabEvent[] {
  let room = ITEM_BYTES - bytesOf({ ...lab, status: { ...status, events: [] } });
  const kept = status.events.toReversed().filter((event, index) => {
    room -= bytesOf(event);
    return index === 0 || room >= 0;
  });
  return kept.reverse();
}

function bytesOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** Sets a condition and tells the timeline when its status or reason changed for good or ill. */
export function setCondition(
  run: Run,
  name: ConditionName,
  status: 'True' | 'False' | 'Unknown',
  reason: string,
  message: string,
): void {
  const before = run.status.conditions[name];
  const now = iso(run.deps.clock.now());
  run.status.conditions = withCondition(run.status.conditions, name, { status, reason, message }, now);
  const turned = before.status !== status || (status !== 'True' && before.reason !== reason);
  // While it is on its way, its machines' own news are what counts.
  const isTurn = reason === THROTTLED && isLaunched(run.status);
  if (turned && !isTurn && !UNTOLD.has(reason)) tell(run, name, message);
}

/** What comes after was not looked at in this run; an old answer would pass for a new one. */
export function forgetLater(run: Run, condition: ConditionName): void {
  const later = CONDITION_NAMES.slice(CONDITION_NAMES.indexOf(condition) + 1);
  for (const name of later) setCondition(run, name, 'Unknown', 'NotObserved', `waits for ${condition}`);
}

/** Reasons that only follow from another condition or from what was asked: nobody needs a line about them. */
const UNTOLD = new Set(['NotObserved', 'PoweredOff']);

/**
 * Saves the draft now, under both versions: only a run whose save succeeded may act on what it intends. Events go
 * first; readers see no event beyond the record's last, so one whose save failed was never told.
 */
export async function commitRun(run: Run, dueAt: number | undefined): Promise<void> {
  reckonUsage(run);
  const known = run.lab.status.events.at(-1)?.sequence ?? 0;
  const fresh = run.status.events.filter((event) => event.sequence > known);
  if (fresh.length > 0) await run.deps.labs.appendEvents(run.lab.id, fresh);
  run.status.events = roomyHeads(run);
  run.lab = await run.deps.labs.saveStatus(run.lab, run.status, dueAt);
  run.status = structuredClone(run.lab.status);
  run.deps.changes.publish(run.lab.id);
}

/** Asks the driver again and carries what it says into the draft. */
export async function observeMachines(run: Run): Promise<void> {
  run.listed = await run.deps.driver.list(run.lab.id);
  run.isObserved = true;
  const before = new Map(run.status.machines.map((machine) => [machine.name, machine]));
  run.status.machines = run.lab.spec.machines.flatMap(({ name, restarts, rebuilds, chore }) => {
    const listed = run.listed.find((machine) => machine.name === name);
    const launch = run.status.intent?.attempt === listed?.attempt ? run.status.intent : undefined;
    // It may have booted, and told how that went, long before a paced list shows it for the first time.
    const bootedAt = launch?.launchedAt ?? iso(run.deps.clock.now());
    const made = run.deps.driver.describe(run.status.intent?.placement ?? {});
    const wanted = { restarts, rebuilds, chore: chore?.count, bootedAt, made };
    return listed ? [observed(listed, before.get(name), wanted)] : [];
  });
}

/** What a rebuilt machine had before (its engine, its node) is no longer true of it. */
function observed(
  listed: DriverMachine,
  before: MachineStatus | undefined,
  wanted: {
    restarts: number;
    rebuilds: number | undefined;
    chore: number | undefined;
    bootedAt: string;
    made: MachineKind;
  },
): MachineStatus {
  const same = before?.attempt === listed.attempt ? before : undefined;
  const { restarts, rebuilds, chore: count, bootedAt, made } = wanted;
  const rebuilt = same === undefined ? rebuilds : same.rebuilds;
  // What was asked of the machine before is not asked of this one.
  const over = count === undefined ? undefined : { count, startedAt: bootedAt, endedAt: bootedAt };
  const chore = same === undefined ? over : same.chore;
  return {
    name: listed.name,
    attempt: listed.attempt,
    state: listed.state,
    type: same?.type ?? made.type,
    diskGigabytes: same?.diskGigabytes ?? made.diskGigabytes,
    privateAddress: listed.privateAddress,
    ...(listed.address === undefined ? {} : { address: listed.address }),
    ports: listed.ports,
    ...(listed.engine === undefined ? {} : { endpoint: listed.engine }),
    restarts: same?.restarts ?? restarts,
    bootedAt: same?.bootedAt ?? bootedAt,
    ...(same?.engine === undefined ? {} : { engine: same.engine }),
    ...(rebuilt === undefined ? {} : { rebuilds: rebuilt }),
    ...(chore === undefined ? {} : { chore }),
    ...(same?.joinedAttempt === undefined ? {} : { joinedAttempt: same.joinedAttempt }),
  };
}

/** A machine that is asked to run, as the spec and the driver have it. */
export interface LiveMachine {
  spec: MachineSpec;
  status: MachineStatus;
}

/** Machines that are asked to be on and exist. */
export function liveMachines(run: Run): LiveMachine[] {
  return run.lab.spec.machines.flatMap((spec) => {
    const status = run.status.machines.find((machine) => machine.name === spec.name);
    return spec.power === 'on' && status ? [{ spec, status }] : [];
  });
}

/** The Engine of one of the lab's machines. */
export async function engineOf(run: Run, name: string): Promise<Engine> {
  const engine = run.listed.find((machine) => machine.name === name)?.engine;
  if (engine === undefined) {
    throw new SlipwayError('engine_unreachable', `${name} has no address yet`);
  }
  return run.deps.engines.of(run.lab.id, { name, engine });
}

/** `/info` of a machine, once a run. */
export async function infoOf(run: Run, name: string): Promise<EngineInfo> {
  const known = run.infos.get(name);
  if (known) return known;
  const info = await (await engineOf(run, name)).info();
  run.infos.set(name, info);
  return info;
}

/**
 * The machine to speak to the swarm through: the first live manager that has a working swarm, the first manager of all
 * before the others. Asks as few as it can.
 */
export async function findManager(run: Run): Promise<LiveMachine | undefined> {
  const { swarm } = run.status;
  const isManager = ({ spec }: LiveMachine) => {
    const node = nodesOf(run.status).find(({ hostname }) => hostname === spec.name);
    // What the student made of it counts; before there are nodes, what was asked for.
    return node ? node.role === 'manager' : spec.role === 'manager';
  };
  const candidates = liveMachines(run)
    // A swarm of the student's own making is on whichever machine has it.
    .filter(({ status }) => run.lab.spec.swarm === 'none' || status.joinedAttempt === status.attempt)
    .sort((a, b) => rank(b) - rank(a));
  function rank(machine: LiveMachine): number {
    return Number(isManager(machine)) * 2 + Number(machine.spec.name === swarm?.firstManager);
  }
  // On the way up the one that formed the swarm a moment ago is not asked how it is before each look at its tasks.
  if (run.status.readyAt === undefined && swarm?.formedAt !== undefined && run.infos.size === 0)
    return candidates[0];
  const managing = async (machine: LiveMachine) => {
    const info = await infoOf(run, machine.spec.name).catch(() => undefined);
    return info?.swarm.controlAvailable === true && info.swarm.error === '' ? machine : undefined;
  };
  const [first, ...others] = candidates;
  if (first === undefined) return undefined;
  // Where a leader was lost each of the others may say nothing for 3 s: they are waited for together.
  return (
    (await managing(first)) ?? (await Promise.all(others.map(managing))).find((one) => one !== undefined)
  );
}

/**
 * The catalogue's stacks that the lab is made with, read. Those that came with a request are not among them: they come
 * once there is a swarm.
 */
export function catalogueStacks({ deps, lab }: Run): ReadStack[] {
  return catalogueStacksOf(deps.catalogue, lab.spec);
}
