import type { Deps } from '../shared/ports/deps.ts';
import type { EngineAccess } from '../shared/ports/engine.ts';

/**
 * Parts whose clients are loaded by the first who needs one: a cold start of the API pays for none that its request does
 * not use, and what it uses is loaded while the table is asked. docs/decisions/0013-cold-start.md.
 */

/** @param make is called once; after a failure by the next who asks. */
function once<Part>(make: () => Promise<Part>): () => Promise<Part> {
  let made: Promise<Part> | undefined;
  return () => {
    made ??= make();
    made.catch(() => {
      made = undefined;
    });
    return made;
  };
}

type AsyncMethod = (...given: never[]) => Promise<unknown>;

/**
 * A part all of whose methods give promises.
 * @param make is called at the first call of any of them.
 */
export function late<Part extends { [Name in keyof Part]: AsyncMethod }>(make: () => Promise<Part>): Part {
  const part = once(make);
  return new Proxy({} as Part, {
    // Whoever awaits the part itself asks for `then`: it is no promise.
    get: (_, name) =>
      name === 'then'
        ? undefined
        : async (...given: never[]) => {
            const made = await part();
            return await made[name as keyof Part](...given);
          },
  });
}

export function lateEngines(deps: Pick<Deps, 'secrets' | 'sealer' | 'clock'>): EngineAccess {
  let isOpen = false;
  const engines = once(async () => {
    const [{ EngineConnector }, { createEngineAccess }] = await Promise.all([
      import('../shared/adapters/engine/engine-connector.ts'),
      import('../shared/engine/engine-access.ts'),
    ]);
    isOpen = true;
    return createEngineAccess({ ...deps, connector: new EngineConnector() });
  });
  return {
    of: async (labId, machine) => (await engines()).of(labId, machine),
    forget: (labId) => {
      if (isOpen) void engines().then((open) => open.forget(labId));
    },
  };
}
