import {
  type EC2Client,
  RebootInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { SlipwayError } from '../../../core/errors.ts';
import { driverRefusal, ec2Error } from './ec2-errors.ts';
import type { LabInstance, LiveState } from './instances.ts';

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

/** Does all that can be done now, one call for each deed, and only then tells what must wait. */
export async function powerInstances(
  ec2: EC2Client,
  verb: PowerVerb,
  instances: LabInstance[],
): Promise<void> {
  const of = (deed: Deed) => instances.filter(({ state }) => DEEDS[verb][state] === deed);
  const ids = (deed: Deed) => of(deed).map(({ id }) => id);
  const names = instances.map(({ name }) => name).join(', ');
  try {
    if (ids('start').length > 0) await ec2.send(new StartInstancesCommand({ InstanceIds: ids('start') }));
    if (ids('stop').length > 0) await ec2.send(new StopInstancesCommand({ InstanceIds: ids('stop') }));
    if (ids('force').length > 0) {
      await ec2.send(new StopInstancesCommand({ InstanceIds: ids('force'), Force: true }));
    }
    if (ids('reboot').length > 0) await ec2.send(new RebootInstancesCommand({ InstanceIds: ids('reboot') }));
  } catch (error) {
    throw tellBound(ec2Error(`${verb} of ${names}`, error), names);
  }
  const [waiting] = of('later');
  if (waiting !== undefined) {
    throw driverRefusal('busy', `${verb} of ${waiting.name}: it is ${waiting.state}; in a moment`, {
      afterSeconds: BUSY_SECONDS,
    });
  }
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
