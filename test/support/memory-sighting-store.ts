import type { Sighting, SightingStore } from '../../shared/adapters/aws/ec2/sighting-store.ts';

/** What one process knows of labs' machines, under the same contract as DynamoDB's. */
export class MemorySightingStore implements SightingStore {
  readonly #sightings = new Map<string, Sighting>();
  readonly #groups = new Map<string, string>();
  readonly #labs = new Map<string, string>();

  async load(labId: string): Promise<Sighting | undefined> {
    return structuredClone(this.#sightings.get(labId));
  }

  async save(labId: string, sighting: Sighting): Promise<boolean> {
    if ((this.#sightings.get(labId)?.version ?? 0) !== sighting.version - 1) return false;
    this.#sightings.set(labId, structuredClone(sighting));
    return true;
  }

  async groupOf(labId: string): Promise<string | undefined> {
    return this.#groups.get(labId);
  }

  async keepGroup(labId: string, groupId: string): Promise<void> {
    this.#groups.set(labId, groupId);
  }

  async forgetGroup(labId: string): Promise<void> {
    this.#groups.delete(labId);
  }

  async claimInstances(labId: string, instanceIds: string[]): Promise<void> {
    for (const id of instanceIds) this.#labs.set(id, labId);
  }

  async labOfInstance(instanceId: string): Promise<string | undefined> {
    return this.#labs.get(instanceId);
  }
}
