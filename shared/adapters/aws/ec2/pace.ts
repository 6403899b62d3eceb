import type { EC2Client } from '@aws-sdk/client-ec2';
import { isThrottled } from './ec2-errors.ts';

/** Stands in front of every call to EC2, so that the account's token buckets are kept to without leaning on retries. */
export interface Pace {
  /**
   * Resolves when the call may go. What it throws is what the call throws.
   * @param api the action's name: `RunInstances` …
   * @param units instances that it is about; 1 where it is about none.
   */
  before(api: string, units: number): Promise<void>;
  /** EC2 said that there were too many. */
  throttled(api: string): Promise<void>;
}

/** Puts a pace in front of all that the client sends. */
export function paceCalls(ec2: EC2Client, pace: Pace): void {
  ec2.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const api = commandName.replace(/Command$/, '');
        await pace.before(api, unitsOf(args.input as Counted));
        try {
          return await next(args);
        } catch (error) {
          if (isThrottled(error)) await pace.throttled(api);
          throw error;
        }
      },
    { step: 'initialize', name: 'slipwayPace' },
  );
}

/** Inputs that are about a number of instances. */
interface Counted {
  MaxCount?: number;
  InstanceIds?: string[];
}

function unitsOf({ MaxCount, InstanceIds }: Counted): number {
  return MaxCount ?? InstanceIds?.length ?? 1;
}
