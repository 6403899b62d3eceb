import type { Context } from './context.ts';
import { UsageError } from './errors.ts';
import { readStackFiles } from './stack-files.ts';

/** Where a stack that is to be deployed comes from. */
export const SOURCE_FLAGS = {
  'compose-file': { short: 'c', value: 'FILE', says: 'A Compose file of your own; - is standard input' },
  from: { value: 'ENTRY', says: 'An entry of the catalogue; the one of the stack’s name if left out' },
  set: { value: 'NAME=VALUE', many: true, says: 'What the catalogue’s entry asks for' },
} as const;

interface SourceFlags {
  'compose-file': string | undefined;
  from: string | undefined;
  set: string[];
}

/** What of `putStack` says it. */
export async function stackSource(context: Context, stack: string, flags: SourceFlags) {
  const { 'compose-file': file, from, set } = flags;
  if (file === undefined)
    return { body: { from: from ?? stack, ...(set.length === 0 ? {} : { parameters: readSet(set) }) } };
  if (from !== undefined || set.length > 0)
    throw new UsageError('--compose-file stands alone, without --from and --set');
  return { form: await readStackFiles(context.terminal, file) };
}

function readSet(set: string[]): Record<string, string> {
  return Object.fromEntries(
    set.map((text) => {
      const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined || value === undefined)
        throw new UsageError(`--set takes NAME=VALUE, and not "${text}"`);
      return [name, value];
    }),
  );
}
