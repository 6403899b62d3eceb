import { z } from 'zod';
import { byKind, type Place, refuse, wrongKind } from './by-kind.ts';
import { writeFloat } from './numbers.ts';
import type { Moment, WholeFloat } from './plain-scalar.ts';

export const Text = byKind({ text: z.string() });
export const Flag = byKind({ boolean: z.boolean() });

/** A list of texts, some perhaps twice. */
export const AnyTexts = byKind({ list: z.array(Text) });

/** A list of texts, none twice, as the CLI's schema has it. */
export const Texts = byKind({
  list: z.array(Text).superRefine((texts, context) => {
    const seen = new Set<string>();
    for (const [index, text] of texts.entries()) {
      if (seen.has(text)) refuse(context, [index], `"${text}" is there twice`);
      seen.add(text);
    }
  }),
});

/** One text, or a list of them. */
export const TextOrTexts = byKind({ text: z.string().transform((text) => [text]), list: Texts });

/** A value of a mapping as the CLI writes it out. */
export const Value = byKind({
  text: z.string(),
  number: z.union([z.number(), z.bigint()]).transform((number, context) => {
    if (typeof number === 'bigint' || Number.isInteger(number)) return String(number);
    if (Number.isFinite(number)) return writeFloat(number);
    refuse(context, [], 'is no number that can be passed on: put it in quotes');
    return z.NEVER;
  }),
  float: z.custom<WholeFloat>().transform(({ value }) => writeFloat(value)),
  moment: z.custom<Moment>().transform(({ text }) => text),
  nothing: z.null(),
});

/** For a mapping whose schema has no empty name. */
export function refuseEmptyName(map: object, context: Place): void {
  if (Object.hasOwn(map, '')) refuse(context, [''], 'a name must not be empty');
}

/** `{NAME: value}` or `[NAME=value]`, to a map; null where a name has no value. */
export const NamesAndValues = byKind({
  mapping: z.record(z.string(), Value).superRefine(refuseEmptyName),
  list: Texts.transform((texts) => Object.fromEntries(texts.map((text) => splitAt(text, '=')))),
});

/** The same where a name without a value has an empty one. */
export const Labels = NamesAndValues.transform(withoutNull);

/** Options of a driver: a mapping of texts and numbers. */
export const Options = byKind({
  mapping: z.record(
    z.string(),
    Value.transform((value, context) => {
      if (value === null) refuse(context, [], wrongKind(value, ['text', 'number']));
      return value ?? '';
    }),
  ),
});

/** The same where a name without a value has an empty one. */
export const LooseOptions = byKind({ mapping: z.record(z.string(), Value).transform(withoutNull) });

function withoutNull(map: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value ?? '']));
}

function splitAt(text: string, mark: string): [string, string | null] {
  const index = text.indexOf(mark);
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + mark.length)];
}

/** One of a few words. */
export function oneOf<const Word extends string>(...words: Word[]) {
  return byKind({
    text: z.string().transform((text, context): Word => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return word;
      refuse(context, [], `must be ${words.filter((each) => each !== '').join(' or ')}, not "${text}"`);
      return z.NEVER;
    }),
  });
}
