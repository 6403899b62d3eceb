import { isSlipwayError, SlipwayError } from '../core/errors.ts';
import { newLabId } from '../core/ids.ts';
import type { Lab } from '../lab/lab.ts';
import { newLab } from '../lab/new-lab.ts';
import type { Template } from '../lab/template.ts';
import type { Deps } from '../ports/deps.ts';
import { type AccessDeps, accessBound } from './access-bound.ts';
import { ownRange, readAllowFrom } from './allow-from.ts';
import type { Caller } from './caller.ts';
import type { LabRequest } from './lab-request.ts';
import { digestOf, once } from './once.ts';
import { takeOwnerSlot } from './owner-slot.ts';
import { wakeLab } from './wake-lab.ts';

export type CreateDeps = Pick<Deps, 'clock' | 'log' | 'policy' | 'labs' | 'requests' | 'queue' | 'classes'> &
  AccessDeps;

/** Records the lab of that id, let in from where it is told. @param refuseTooMuch throws where that is too much for it. */
export type RecordLab = (
  labId: string,
  access: { allowFrom: string[]; refuseTooMuch: (lab: Lab) => void },
) => Promise<Lab>;

/**
 * Records a lab as it is asked for and wakes the reconciler. The order is record of the request -> owner's slot ->
 * lab: after a crash anywhere in it, the same key ends with the same, one lab. By a class's student it is the class's lab.
 * @param from the Idempotency-Key, and the address of the caller's connection.
 * @throws SlipwayError `quota`, `idempotency_mismatch`, `in_progress`; `invalid_input` for too wide an `allowFrom`, or
 * too long a one for what is to be published.
 */
export async function createLab(
  deps: CreateDeps,
  caller: Caller,
  request: LabRequest,
  from: { key?: string; address?: string } = {},
): Promise<Lab> {
  const recordLab = await recorderOf(deps, caller, request);
  const allowFrom =
    request.allowFrom === undefined ? ownRange(from.address) : readAllowFrom(caller, request.allowFrom);
  const refuseTooMuch = await accessBound(deps, allowFrom);
  const repeatable = {
    subject: caller.subject,
    key: from.key,
    // Of what was sent, not of what was filled in: a repeat may come from another address.
    digest: digestOf('POST', '/v1/labs', request),
    labId: newLabId(deps.clock.now()),
  };
  return await once(deps, repeatable, async (labId) => {
    const before = from.key === undefined ? undefined : await deps.labs.load(labId);
    const lab = before?.lab ?? (await recordLab(labId, { allowFrom, refuseTooMuch }));
    await wakeLab(deps, lab);
    return lab;
  });
}

async function recorderOf(deps: CreateDeps, caller: Caller, request: LabRequest): Promise<RecordLab> {
  const { classId } = caller;
  if (classId !== undefined) {
    // With the calendar, which nobody else waits for.
    const { ownLabRecorder } = await import('./classes/own-lab-recorder.ts');
    return await ownLabRecorder(deps, { ...caller, classId }, request);
  }
  const template = deps.catalogue.templates.get(request.template);
  if (template === undefined) {
    throw new SlipwayError('invalid_input', `there is no template "${request.template}"`);
  }
  return async (labId, { allowFrom, refuseTooMuch }) => {
    const lab = labAsked(deps, { labId, caller, template, request, allowFrom });
    refuseTooMuch(lab);
    return await record(deps, caller, lab);
  };
}

async function record(deps: CreateDeps, caller: Caller, lab: Lab): Promise<Lab> {
  if (caller.role === 'student') await takeOwnerSlot(deps, caller.subject, lab.id);
  try {
    await deps.labs.create(lab);
    return lab;
  } catch (error) {
    // The same request, run at once in another process, was first.
    const found = isSlipwayError(error, 'conflict') ? await deps.labs.load(lab.id) : undefined;
    if (found === undefined) throw error;
    return found.lab;
  }
}

interface Asked {
  labId: string;
  caller: Caller;
  template: Template;
  request: LabRequest;
  allowFrom: string[];
}

function labAsked(
  { clock, policy }: CreateDeps,
  { labId, caller, template, request, allowFrom }: Asked,
): Lab {
  const now = clock.now();
  const { name, machines, machineName, stacks, stoppable } = request;
  const hours = request.hours ?? template.hours ?? policy.defaultHours;
  return newLab({
    ...{ id: labId, owner: caller.subject, name, template, machines, machineName, stacks, allowFrom },
    stoppable,
    createdAt: now,
    expiresAt: now + hours * 3_600_000,
    hardMaximum: now + policy.maximumDays * 86_400_000,
  });
}
