import { type Enrolment, type Lab, nodesOf } from '../lab/lab.ts';
import type { MachineRole, MachineState, MachineStatus } from '../lab/machine.ts';
import { machineUrl } from './machine-url.ts';

/** One machine as its user sees it: what was asked for and what was last observed, in docker-machine's words. */
export interface MachineView {
  name: string;
  driver: string;
  state: MachineState;
  role: MachineRole;
  /** Absent where it does not run or has no address yet. */
  url?: string;
  /** Its node in the swarm, which the student may have promoted: `manager`, `manager (leader)`, `worker`. */
  swarm?: string;
  /** Of a running machine's engine, without the `v`. */
  engineVersion?: string;
  /** Why its engine is not up, in its boot's own words. */
  error?: string;
}

/**
 * A lab's machines in natural order of their names, m2 before m10: those asked for, and those observed that are on
 * their way out.
 */
export function viewMachines(
  { spec, status }: Pick<Lab, 'spec' | 'status'>,
  driver: string,
  enrolments: Enrolment[] = [],
): MachineView[] {
  const gone = new Set(status.leaving?.flatMap(({ name, goneAt }) => (goneAt === undefined ? [] : [name])));
  const leaving = (spec.leaving ?? []).filter(({ name }) => !gone.has(name));
  const names = new Set([...spec.machines, ...status.machines, ...leaving].map(({ name }) => name));
  return [...names].sort(byNature.compare).map((name) => {
    const machine = status.machines.find((one) => one.name === name);
    const running = machine?.state === 'Running';
    const url = machine && machineUrl(machine);
    const engine = running ? machine.engine : undefined;
    const failure = enrolments.find((one) => one.machine === name)?.failure;
    const node = nodesOf(status).find((one) =>
      machine?.engine?.nodeId === undefined ? one.hostname === name : one.id === machine.engine.nodeId,
    );
    return {
      name,
      driver,
      state: stateOf(name, spec, machine),
      role: spec.machines.find((one) => one.name === name)?.role ?? 'none',
      ...(url === undefined ? {} : { url }),
      ...(node === undefined ? {} : { swarm: node.leader && running ? `${node.role} (leader)` : node.role }),
      ...(engine === undefined ? {} : { engineVersion: engine.version }),
      ...(engine === undefined && failure !== undefined ? { error: failure.message } : {}),
    };
  });
}

const byNature = new Intl.Collator('en', { numeric: true });

/** Asked for and not listed yet: it is on its way. Asked for no more: on its way out. */
function stateOf(name: string, spec: Lab['spec'], machine: MachineStatus | undefined): MachineState {
  if (!spec.machines.some((one) => one.name === name)) return 'Stopping';
  return machine?.state ?? 'Starting';
}
