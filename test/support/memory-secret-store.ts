import type { SecretPurpose, SecretStore } from '../../shared/ports/store.ts';
import { Faults } from './faults.ts';

/** Sealed secrets in memory, under the same contract as DynamoDB's. */
export class MemorySecretStore implements SecretStore {
  readonly faults = new Faults();
  readonly #scopes = new Map<string, Map<SecretPurpose, string>>();

  async putIfAbsent(scope: string, purpose: SecretPurpose, sealed: string): Promise<string> {
    this.faults.meet('putIfAbsent');
    const secrets = this.#scopes.get(scope) ?? new Map<SecretPurpose, string>();
    this.#scopes.set(scope, secrets);
    const kept = secrets.get(purpose) ?? sealed;
    secrets.set(purpose, kept);
    return kept;
  }

  async get(scope: string, purpose: SecretPurpose): Promise<string | undefined> {
    this.faults.meet('get');
    return this.#scopes.get(scope)?.get(purpose);
  }

  async replace(scope: string, purpose: SecretPurpose, before: string, sealed: string): Promise<boolean> {
    this.faults.meet('replace');
    const secrets = this.#scopes.get(scope);
    if (secrets?.get(purpose) !== before) return false;
    secrets.set(purpose, sealed);
    return true;
  }

  async remove(scope: string): Promise<void> {
    this.faults.meet('remove');
    this.#scopes.delete(scope);
  }
}
