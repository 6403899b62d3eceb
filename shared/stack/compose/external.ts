import { z } from 'zod';
import { byKind, type Place, refuse } from './by-kind.ts';
import { section } from './section.ts';
import { Text } from './texts.ts';

const Named = section({ name: Text.optional() });

/** `true`, or the old `{name: …}`. */
export const External = byKind({
  boolean: z.boolean().transform((external) => ({ external, name: undefined as string | undefined })),
  mapping: Named.transform(({ name }) => ({ external: true, name })),
});

/** The same where the CLI passes over other keys. */
export const OpenExternal = byKind({
  boolean: z.boolean().transform((external) => ({ external, name: undefined as string | undefined })),
  mapping: section({ name: Text.optional() }, { open: true }).transform(({ name }) => ({
    external: true,
    name,
  })),
});

/** What may be made elsewhere. */
export interface MaybeExternal {
  name?: string | undefined;
  external?: { external: boolean; name: string | undefined } | undefined;
}

export function isExternal(thing: MaybeExternal | undefined): boolean {
  return thing?.external?.external === true;
}

/** An empty name is none, as Go has it. */
export function givenName({ name, external }: MaybeExternal): string | undefined {
  return name || external?.name || undefined;
}

export function refuseTwoNames({ name, external }: MaybeExternal, context: Place): void {
  if (external?.name && name) refuse(context, ['external'], 'says a name, and so does name: keep name');
}
