import type { LabInstance } from './instances.ts';

/** What EC2 told last of a lab's instances. Moments in milliseconds since the epoch. */
export interface Sighting {
  /** Counts what was written; 1 is the first. */
  version: number;
  instances: LabInstance[];
  /** When EC2 told it, of all of them. */
  toldAt: number;
  /** When to ask again. */
  lookAt: number;
  /** When RunInstances was last about to be called: what it made may be told of late. 0: never. */
  launchedAt: number;
  /** When something was last done to any of them. */
  movedAt: number;
  /** Something happened since of which EC2 has not told. */
  isDoubtful: boolean;
}

/** What all invocations know of the machines of labs, so that each need not ask EC2. */
export interface SightingStore {
  load(labId: string): Promise<Sighting | undefined>;
  /** @returns false where another wrote since the version before. */
  save(labId: string, sighting: Sighting): Promise<boolean>;

  /** The lab's security group, whose base rules are complete. */
  groupOf(labId: string): Promise<string | undefined>;
  keepGroup(labId: string, groupId: string): Promise<void>;
  forgetGroup(labId: string): Promise<void>;

  /** Notes whose these instances are. @param forgetAt of instances that are gone: till then events may still come. */
  claimInstances(labId: string, instanceIds: string[], forgetAt?: number): Promise<void>;
  labOfInstance(instanceId: string): Promise<string | undefined>;
}
