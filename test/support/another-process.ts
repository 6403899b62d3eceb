import type { Deps } from '../../shared/ports/deps.ts';
import type { SecretStore } from '../../shared/ports/store.ts';

/** The same deployment in another process: over the same secrets, with nothing that this one keeps in memory. */
export function anotherProcess<Given extends Pick<Deps, 'secrets'>>(deps: Given): Given {
  const { secrets } = deps;
  const own: SecretStore = {
    get: (scope, purpose) => secrets.get(scope, purpose),
    putIfAbsent: (scope, purpose, sealed) => secrets.putIfAbsent(scope, purpose, sealed),
    replace: (scope, purpose, before, sealed) => secrets.replace(scope, purpose, before, sealed),
    remove: (scope) => secrets.remove(scope),
  };
  return { ...deps, secrets: own };
}
