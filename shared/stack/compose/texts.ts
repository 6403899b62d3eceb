import { z } from 'zod';
import { byKind, refuse, wrongKind } from './by-kind.ts';

/** A list of texts, none twice, as the CLI's schema has it. */
export const Texts = byKind({
  list: z.array(byKind({ text: z.string() })).superRefine((texts, context) => {
    for (const [index, text] of texts.entries()) {
      if (texts.indexOf(text) < index) refuse(context, [index], `"${text}" is there twice`);
    }
  }),
});

/** One text, or a list of them. */
export const TextOrTexts = byKind({ text: z.string().transform((text) => [text]), list: Texts });

/** A value of a mapping as the CLI writes it out. */
const Value = byKind({
  text: z.string(),
  number: z.number().transform((number, context) => {
    if (Number.isInteger(number) && !Number.isSafeInteger(number) && Math.abs(number) < 1e21) {
      refuse(context, [], 'is too large a number to be kept exact: put it in quotes');
      return z.NEVER;
    }
    return writeNumber(number);
  }),
  nothing: z.null(),
});

/** Go writes an exponent with two digits, and begins to at 1e-5. */
function writeNumber(number: number): string {
  const text = number !== 0 && Math.abs(number) < 1e-4 ? number.toExponential() : String(number);
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** `{NAME: value}` or `[NAME=value]`, to a map; null where a name has no value. */
export const NamesAndValues = byKind({
  mapping: z.record(z.string(), Value),
  list: Texts.transform((texts) => Object.fromEntries(texts.map((text) => splitAt(text, '=')))),
});

/** The same where a name without a value has an empty one. */
export const Labels = NamesAndValues.transform((map) =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value ?? ''])),
);

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

function splitAt(text: string, mark: string): [string, string | null] {
  const index = text.indexOf(mark);
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + mark.length)];
}

export const Text = byKind({ text: z.string() });
export const Flag = byKind({ boolean: z.boolean() });
export const Whole = byKind({
  number: z
    .number()
    .refine(Number.isSafeInteger, 'must be a whole number')
    .nonnegative('must not be negative'),
});

/** One of a few words. */
export function oneOf<const Word extends string>(...words: Word[]) {
  return byKind({
    text: z.string().transform((text, context): Word => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return word;
      refuse(context, [], `must be ${words.join(' or ')}, not "${text}"`);
      return z.NEVER;
    }),
  });
}
