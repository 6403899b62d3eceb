import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import { isSlipwayError } from '../../shared/core/errors.ts';

const Secret = z.looseObject({
  ID: z.string(),
  Version: z.looseObject({ Index: z.number() }),
  Spec: z.looseObject({ Name: z.string() }),
});

/**
 * No engine gives a secret's data out, but it agrees to an update with the same data and refuses any other: so each file
 * beside the Compose file is tried.
 * @param candidates paths to base64
 * @returns secrets by name, each with the path of the first file that it holds
 */
export async function withSecretData(
  http: EngineHttp,
  secrets: Record<string, unknown>,
  candidates: Record<string, string>,
): Promise<Record<string, unknown>> {
  const told = await Promise.all(
    Object.entries(secrets).map(async ([name, secret]) => {
      const { ID, Version, Spec } = Secret.parse(secret);
      const data = await findData(http, ID, Version.Index, Spec, candidates);
      return [name, { ...(secret as object), Spec: { ...Spec, Data: data } }] as const;
    }),
  );
  return Object.fromEntries(told);
}

async function findData(
  http: EngineHttp,
  id: string,
  version: number,
  spec: Record<string, unknown>,
  candidates: Record<string, string>,
): Promise<string> {
  for (const path of Object.keys(candidates).sort()) {
    try {
      await http.call({
        method: 'POST',
        path: `/secrets/${id}/update`,
        query: { version },
        body: { ...spec, Data: candidates[path] },
        schema: z.unknown(),
      });
      return `(as ${path})`;
    } catch (error) {
      if (!isSlipwayError(error, 'engine_refused')) throw error;
    }
  }
  return '(as none of the files)';
}
