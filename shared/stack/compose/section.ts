import { z } from 'zod';
import { guess } from '../../core/nearest.ts';
import { kindOf, passOn, refuse, wrongKind } from './by-kind.ts';

export interface SectionOptions {
  /** Keys that are known and refused, each with what to do instead. */
  refused?: Record<string, string>;
  /** Are keys that begin with `x-` passed over? */
  extensions?: boolean;
  /** Are all unknown keys passed over, as the CLI does in a few places? */
  open?: boolean;
}

/**
 * A mapping with known keys. All of its errors are told at once: an unknown key at its own place with the nearest
 * right one, beside what is wrong in the known ones.
 */
export function section<Shape extends z.ZodRawShape>(
  shape: Shape,
  { refused = {}, extensions = false, open = false }: SectionOptions = {},
) {
  const reading = z.object(shape);
  return z.unknown().transform((value, context): z.output<typeof reading> => {
    if (kindOf(value) !== 'mapping') {
      refuse(context, [], wrongKind(value, ['mapping']));
      return z.NEVER;
    }
    for (const key of Object.keys(value as object)) {
      if (open || Object.hasOwn(shape, key) || (extensions && key.startsWith('x-'))) continue;
      const told = Object.hasOwn(refused, key) ? refused[key] : undefined;
      refuse(context, [key], told ?? unknownKey(key, Object.keys(shape)));
    }
    return passOn(reading, value, context);
  });
}

function unknownKey(key: string, known: string[]): string {
  const near = guess(key, known);
  return near === '' ? `unknown key; there are ${known.join(', ')}` : `unknown key: ${near.trim()}`;
}

/** A mapping from names to things of one kind. @param anyName are names of any characters taken, as the CLI does in places? */
export function named<S extends z.ZodType>(
  thing: S,
  { most = Number.POSITIVE_INFINITY, anyName = false }: { most?: number; anyName?: boolean } = {},
) {
  return z.unknown().transform((value, context): Record<string, z.output<S>> => {
    if (kindOf(value) !== 'mapping') {
      refuse(context, [], wrongKind(value, ['mapping']));
      return z.NEVER;
    }
    const names = Object.keys(value as object);
    if (names.length > most) {
      refuse(context, [], `has ${names.length} entries; the most is ${most}`);
      return z.NEVER;
    }
    for (const name of names) {
      if (!anyName && !NAME.test(name))
        refuse(context, [name], 'a name is letters, digits, points, hyphens and underscores');
    }
    return passOn(z.record(z.string(), thing), value, context);
  });
}

const NAME = /^[a-zA-Z0-9._-]+$/;
