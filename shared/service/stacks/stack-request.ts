import { z } from 'zod';
import { stackFromCatalogue } from '../../catalogue/stack-from-catalogue.ts';
import { SlipwayError } from '../../core/errors.ts';
import { guess } from '../../core/nearest.ts';
import type { StackSource } from '../../lab/stack-source.ts';
import type { Catalogue } from '../../lab/template.ts';

/** As docker's own commands take it, short enough to leave services' names room: the swarm's limit is 63 for both. */
export const StackName = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_-]{0,39}$/,
    'must begin with a letter or digit and hold at most 40 letters, digits, hyphens and underscores',
  );

/** A stack of the catalogue, as `PUT /labs/{lab}/stacks/{name}` takes it in JSON. */
export function catalogueRequest(catalogue: Catalogue) {
  return z.strictObject({
    from: z.enum([...catalogue.stacks.keys()]).describe('Its name in the catalogue, GET /v1/stacks'),
    parameters: z
      .record(z.string().max(64), z.string().max(4096))
      .optional()
      .describe('What the catalogue’s entry asks for'),
  });
}

/** What is to be deployed: of the catalogue, or the caller's own. */
export type StackRequest =
  | { from: string; parameters?: Record<string, string> | undefined }
  | { source: StackSource };

/** @throws SlipwayError `invalid_input` for an unknown entry or wrong parameters, all at once. */
export function sourceOf(catalogue: Catalogue, request: StackRequest): StackSource {
  if ('source' in request) return request.source;
  const entry = catalogue.stacks.get(request.from);
  if (entry === undefined) {
    const message = `there is no stack "${request.from.slice(0, 60)}" in the catalogue; ${guess(request.from, [...catalogue.stacks.keys()])}GET /v1/stacks lists them`;
    throw new SlipwayError('invalid_input', message, { issues: [{ pointer: '/from', message }] });
  }
  return stackFromCatalogue(entry, request.parameters ?? {});
}
