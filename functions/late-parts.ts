import type { Deps } from '../shared/ports/deps.ts';
import type { EngineAccess } from '../shared/ports/engine.ts';
import type { Queue } from '../shared/ports/queue.ts';
import type { Sealer } from '../shared/ports/store.ts';

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

export function lateSealer(make: () => Promise<Sealer>): Sealer {
  const sealer = once(make);
  return {
    seal: async (plain, context) => (await sealer()).seal(plain, context),
    open: async (sealed, context) => (await sealer()).open(sealed, context),
  };
}

export function lateQueue(make: () => Promise<Queue>): Queue {
  const queue = once(make);
  return { enqueue: async (...message) => (await queue()).enqueue(...message) };
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
