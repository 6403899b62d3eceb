import {
  type EC2Client,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { SlipwayError } from '../../../core/errors.ts';
import type { PacedApi } from './call-limits.ts';
import { driverRefusal, ec2Error } from './ec2-errors.ts';
import type { LabInstance, LiveState } from './instances.ts';
import type { Looks } from './looks.ts';
import type { Pacer } from './pacer.ts';

export type PowerVerb = 'start' | 'stop' | 'kill' | 'restart';

/** What to ask of an instance in each state; `later`: EC2 would refuse now, since something else is under way. */
type Deed = 'start' | 'stop' | 'force' | 'reboot' | 'nothing' | 'later';

const DEEDS: Record<PowerVerb, Record<LiveState, Deed>> = {
  start: {
    pending: 'nothing',
    running: 'nothing',
    stopping: 'later',
    stopped: 'start',
    'shutting-down': 'nothing',
  },
  stop: {
    pending: 'later',
    running: 'stop',
    stopping: 'nothing',
    stopped: 'nothing',
    'shutting-down': 'nothing',
  },
  kill: {
    pending: 'later',
    running: 'force',
    stopping: 'force',
    stopped: 'nothing',
    'shutting-down': 'nothing',
  },
  restart: {
    pending: 'later',
    running: 'reboot',
    stopping: 'later',
    stopped: 'start',
    'shutting-down': 'nothing',
  },
};

const BUSY_SECONDS = 5;
/** Room comes back when others stop: not in a moment. */
const FULL_SECONDS = 30;

/** Which call a deed is, and what becomes of the machine. */
const CALLS: Record<Exclude<Deed, 'nothing' | 'later'>, { api: PacedApi; state: LiveState }> = {
  start: { api: 'StartInstances', state: 'pending' },
  stop: { api: 'StopInstances', state: 'stopping' },
  force: { api: 'StopInstances', state: 'stopping' },
  reboot: { api: 'RebootInstances', state: 'running' },
};

/** What a power verb needs to know of its driver. */
export interface PowerPad {
  ec2: EC2Client;
  pacer: Pacer;
  looks: Looks;
  /** Before machines are started. */
  admitStart(labId: string, instances: LabInstance[]): Promise<void>;
}

/** Does all that can be done now, one call for each deed, and only then tells what must wait. */
export async function powerInstances(
  { ec2, pacer, looks, admitStart }: PowerPad,
  verb: PowerVerb,
  labId: string,
  instances: LabInstance[],
): Promise<void> {
  const of = (deed: Deed) => instances.filter(({ state }) => DEEDS[verb][state] === deed);
  const names = instances.map(({ name }) => name).join(', ');
  try {
    for (const deed of ['start', 'stop', 'force', 'reboot'] as const) {
      const InstanceIds = of(deed).map(({ id }) => id);
      if (InstanceIds.length === 0) continue;
      if (deed === 'start') await admitStart(labId, of(deed));
      const { api, state } = CALLS[deed];
      await pacer.run({ labId, api, units: InstanceIds.length }, () => send(ec2, deed, InstanceIds));
      await looks.acted(labId, new Map(InstanceIds.map((id) => [id, state])));
    }
  } catch (error) {
    const told = ec2Error(`${verb} of ${names}`, error);
    // It is not as EC2 told it before.
    if (told.facts.code === 'IncorrectInstanceState') await looks.doubt(labId);
    throw tellBound(told, names);
  }
  const [waiting] = of('later');
  if (waiting !== undefined) {
    throw driverRefusal('busy', `${verb} of ${waiting.name}: it is ${waiting.state}; in a moment`, {
      afterSeconds: BUSY_SECONDS,
    });
  }
}

async function send(ec2: EC2Client, deed: keyof typeof CALLS, InstanceIds: string[]): Promise<void> {
  if (deed === 'start') await ec2.send(new StartInstancesCommand({ InstanceIds }));
  else if (deed === 'reboot') await ec2.send(new RebootInstancesCommand({ InstanceIds }));
  else if (deed === 'stop') await ec2.send(new StopInstancesCommand({ InstanceIds }));
  else await ec2.send(new StopInstancesCommand({ InstanceIds, Force: true }));
}

/** A stopped machine cannot go elsewhere. */
function tellBound(error: SlipwayError, names: string): SlipwayError {
  if (error.facts.reason !== 'short') return error;
  return driverRefusal(
    'short',
    `EC2 has no room now for ${names}: a stopped machine is bound to its zone and type; wait, or make a new lab`,
    { ...error.facts, afterSeconds: FULL_SECONDS },
  );
}
