import type { EC2Client } from '@aws-sdk/client-ec2';
import { describeLabInstances, type LabInstance, type LiveState } from './instances.ts';

/** What is known of a lab's instances, and who must be told what is done to them. */
export interface Looks {
  /**
   * As EC2 told it last, for a run that observes.
   * @throws SlipwayError `driver_failed`, throttled, while that is no longer worth telling and no look is due yet.
   */
  list(labId: string): Promise<LabInstance[]>;
  /** For a verb that is to act on these machines: what is kept, and a look where that leaves a doubt. */
  known(labId: string, names?: string[]): Promise<LabInstance[]>;
  /** RunInstances is about to be called. Kept before it is, so that a crash after it is no secret. */
  launching(labId: string): Promise<void>;
  /** It made these. */
  launched(labId: string, instances: LabInstance[]): Promise<void>;
  /** It refused. */
  notLaunched(labId: string): Promise<void>;
  /** EC2 took a verb and said what becomes of each, by id. */
  acted(labId: string, states: ReadonlyMap<string, LiveState>): Promise<void>;
  /** Something happened that EC2 is to be asked about. */
  doubt(labId: string): Promise<void>;
}

/** Asks EC2 each time and keeps nothing. */
export function freshLooks(ec2: EC2Client, deployment: string): Looks {
  const look = (labId: string) => describeLabInstances(ec2, deployment, labId);
  const nothing = () => Promise.resolve();
  return {
    list: look,
    known: look,
    launching: nothing,
    launched: nothing,
    notLaunched: nothing,
    acted: nothing,
    doubt: nothing,
  };
}
