import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Text } from './texts.ts';

/** A quote that is not closed, or a backslash at the very end. */
class UnfinishedWords extends Error {}

/**
 * Splits a command as the CLI does: single quotes keep everything, double quotes all but the backslash, which keeps the
 * next character wherever it stands; a word that begins with # comments out the rest of its line.
 */
export function splitShellWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === '\\' && quote !== "'") {
      index += 1;
      if (index >= text.length) throw new UnfinishedWords('ends with a backslash that has nothing to keep');
      word = (word ?? '') + text.charAt(index);
    } else if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) {
      const end = text.indexOf('\n', index);
      index = end < 0 ? text.length : end;
    } else {
      word = (word ?? '') + character;
    }
  }
  if (quote !== '') throw new UnfinishedWords(`has a quote (${quote}) that is not closed`);
  if (word !== undefined) words.push(word);
  return words;
}

/** A command: a list as it is, or a text to be split. */
export const Command = byKind({
  text: z.string().transform((text, context) => {
    try {
      return splitShellWords(text);
    } catch (error) {
      refuse(context, [], (error as UnfinishedWords).message);
      return z.NEVER;
    }
  }),
  list: z.array(Text),
});
