import type { FakeInstance } from './instances/instance.ts';

type Hook = (instance: Readonly<FakeInstance>) => void | Promise<void>;

/**
 * What makes machines behind the records: told of each deed when it is asked for. Where it answers with a promise,
 * the instance stays in its passing state (pending, stopping, shutting-down) until that is settled; a launch or start
 * that it fails ends in `terminated` with Server.InternalError.
 */
export interface Ec2Backing {
  launched?: Hook;
  started?: Hook;
  stopped?: (instance: Readonly<FakeInstance>, how: { force: boolean }) => void | Promise<void>;
  rebooted?: Hook;
  /** Also when it ended by itself, by a hand in the console or as interrupted spot. */
  terminated?: Hook;
}
