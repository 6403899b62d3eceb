import { z } from 'zod';
import { isSlipwayError } from '../../shared/core/errors.ts';
import { externalsOf } from './compose-hints.ts';
import type { VerifyFile } from './find-files.ts';
import type { Pair } from './pair.ts';

/** Makes on both swarms, once, what a file takes for granted. */
export function createSetting(pair: Pair): (file: VerifyFile) => Promise<void> {
  const made = new Map<string, Promise<void>>();
  const engines = [pair.theirs, pair.ours];

  const once = (key: string, make: (engine: Pair['ours']) => Promise<void>) => {
    const known = made.get(key) ?? Promise.all(engines.map(make)).then(() => undefined);
    made.set(key, known);
    return known;
  };
  const create = (path: string, body: object) =>
    once(`${path} ${JSON.stringify(body)}`, ({ http }) =>
      http.call({ method: 'POST', path, body, schema: z.unknown() }).then(() => undefined, unlessRefused),
    );

  return async ({ data, source, setup, name }) => {
    for (const command of setup) {
      // A command that fails is one that both hands see the same result of.
      await once(command.join(' '), ({ docker }) =>
        docker(...command).then(
          () => undefined,
          () => undefined,
        ),
      );
    }
    if (isAboutMissing(name)) return;
    await Promise.all(
      externalsOf(data, source.variables).map(({ kind, name: Name }) =>
        kind === 'networks'
          ? create('/networks/create', { Name, Driver: 'overlay', CheckDuplicate: true })
          : create(`/${kind}/create`, { Name, Data: Buffer.from('external').toString('base64') }),
      ),
    );
  };
}

/** What is declared external is then not there; such files go first, before others make it. */
export function isAboutMissing(name: string): boolean {
  return /missing/i.test(name);
}

/** `host` and the like are there; what an engine will not make is missing on both. */
function unlessRefused(error: unknown): void {
  if (!isSlipwayError(error, 'engine_refused')) throw error;
}
