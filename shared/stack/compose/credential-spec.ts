import type { z } from 'zod';
import { refuse } from './by-kind.ts';
import { section } from './section.ts';
import { Text } from './texts.ts';

/** For Windows containers: where their account is described. */
export const CredentialSpec = section({
  config: Text.optional(),
  file: Text.optional(),
  registry: Text.optional(),
}).superRefine((spec, context) => {
  const given = (['config', 'file', 'registry'] as const).filter((key) => spec[key]);
  if (given.length > 1) refuse(context, [], `says ${given.join(' and ')}: keep one of them`);
});
export type CredentialSpec = z.output<typeof CredentialSpec>;
