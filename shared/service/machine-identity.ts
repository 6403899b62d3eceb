import { SlipwayError } from '../core/errors.ts';
import { verifyMachineToken } from '../engine/lab-secrets.ts';
import type { Enrolment, Lab } from '../lab/lab.ts';
import { mustGoDown } from '../lab/phase.ts';
import type { Deps } from '../ports/deps.ts';
import type { LabStore } from '../ports/store.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';

/** Who a boot says it is, and from where it calls. */
export interface MachineCaller {
  labId: string;
  machine: string;
  token: string;
  /** The connection's own address, never a header's; calls without one are counted together. */
  sourceAddress?: string;
}

/** A machine that proved to be the one its lab's record has. */
export interface KnownMachine {
  lab: Lab;
  attempt: number;
  /** What its earlier boots told. */
  enrolment: Enrolment | undefined;
}

export type IdentityDeps = Pick<Deps, 'clock' | 'labs' | 'secrets' | 'sealer'>;

const CALLS_PER_MINUTE = 30;
const LONGEST_ID = 64;
const LONGEST_TOKEN = 128;

// Counted per store: two servers in one process, as tests have them, do not count together.
const limits = new WeakMap<LabStore, RateLimit>();

/**
 * Knows a machine by its token.
 * @throws SlipwayError `unauthenticated`, the same whatever is wrong (lab, machine, attempt or token), so that
 * nobody can ask what exists; `rate_limited` after 30 calls a minute of one source for one machine, counted before
 * anything is looked up, for the same reason.
 */
export async function knowMachine(deps: IdentityDeps, caller: MachineCaller): Promise<KnownMachine> {
  const { labId, machine, token, sourceAddress = '' } = caller;
  if (
    [labId, machine, sourceAddress].some((text) => text.length > LONGEST_ID) ||
    token.length > LONGEST_TOKEN
  )
    throw refusal();
  limitOf(deps).take(`${labId} ${machine} ${sourceAddress}`);

  const found = await deps.labs.load(labId);
  if (found === undefined) throw refusal();
  const { lab, enrolments } = found;
  const attempt = currentAttempt(lab, machine);
  const gone = mustGoDown(lab, deps.clock.now()) || lab.status.deletedAt !== undefined;
  if (gone || attempt === undefined) throw refusal();
  if (!(await verifyMachineToken(deps, { labId, machine, attempt }, token))) throw refusal();
  return { lab, attempt, enrolment: enrolments.find((one) => one.machine === machine) };
}

/** The launch that the lab's record now has for a machine of its spec. */
function currentAttempt({ spec, status }: Lab, machine: string): number | undefined {
  if (!spec.machines.some(({ name }) => name === machine)) return undefined;
  const observed = status.machines.find(({ name }) => name === machine)?.attempt;
  // A rebuild is in the intent before its machine is observed; the one it replaces may still be listed.
  const intended = status.intent?.machines.includes(machine) ? status.intent.attempt : undefined;
  if (observed === undefined || intended === undefined) return observed ?? intended;
  return Math.max(observed, intended);
}

function limitOf({ labs, clock }: IdentityDeps): RateLimit {
  const kept = limits.get(labs) ?? createRateLimit(clock, CALLS_PER_MINUTE, 60);
  limits.set(labs, kept);
  return kept;
}

function refusal(): SlipwayError {
  return new SlipwayError(
    'unauthenticated',
    'this is not the token of a machine of a lab that is up; a machine gets its token when it is launched',
  );
}
