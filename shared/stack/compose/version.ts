import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

/** The newest minor version that the docker command knows, and what it takes "3" and a file without a version for. */
export const NEWEST_MINOR = 13;

/** The minor version of a file, 3 being the newest; undefined for what is none. */
export function minorVersion(version: unknown): number | undefined {
  if (version === undefined || version === '' || version === '3') return NEWEST_MINOR;
  const minor = typeof version === 'string' ? /^3\.(0|[1-9]\d?)$/.exec(version)?.[1] : undefined;
  return minor === undefined || Number(minor) > NEWEST_MINOR ? undefined : Number(minor);
}

export const Version = byKind({
  text: z.string().superRefine((text, context) => {
    if (minorVersion(text) !== undefined) return;
    const newer = /^3\.\d+$/.test(text);
    refuse(
      context,
      [],
      newer
        ? `is "${text}"; the newest is "3.${NEWEST_MINOR}"`
        : `is "${text}"; a stack needs a Compose file of version 3: write version: "3.8"`,
    );
  }),
}).optional();
