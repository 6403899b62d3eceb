import { z } from 'zod';
import { FileName, plainText } from './names.ts';

/** How a container is to see a secret or config. */
export interface FileUse {
  /** Name of the secret or config. */
  source: string;
  /** File below /run/secrets, or from the root for a config; a path from the root stands for itself. */
  target: string;
  uid: string;
  gid: string;
  mode: number;
}

const MOST_USES = 50;
/** Read by all, changed by none; docker's own. */
const DEFAULT_MODE = 0o444;

const owner = z.union([
  z.string().regex(/^\d{1,10}$/, 'must be a number, such as "2000"'),
  z.int().min(0).max(4_294_967_295).transform(String),
]);
const octal = z
  .string()
  .regex(/^[0-7]{3,4}$/, 'must be octal, such as "0400"')
  .transform((text) => Number.parseInt(text, 8));

const UseObject = z
  .strictObject({
    source: FileName.describe('Its name in the swarm'),
    target: plainText(4096).min(1).optional().describe('The file’s name; the same where left out'),
    uid: owner.default('0'),
    gid: owner.default('0'),
    mode: z
      .union([octal, z.int().min(0).max(0o7777)])
      .default(DEFAULT_MODE)
      .describe('Octal as text, "0400", or its number, 256'),
  })
  .transform(({ target, ...use }): FileUse => ({ ...use, target: target ?? use.source }));

/** `db_pass`, or `source=db_pass,target=password,uid=2000,gid=3000,mode=0400` as the docker command takes it. */
const UseText = z
  .string()
  .max(8192)
  .transform((text, context): z.input<typeof UseObject> => {
    if (!/[,=]/.test(text)) return { source: text };
    const fields = { source: '' } as z.input<typeof UseObject> & Record<string, string>;
    for (const part of text.split(',')) {
      const at = part.indexOf('=');
      const key = part.slice(0, Math.max(0, at)).trim().toLowerCase();
      const name = key === 'src' ? 'source' : key;
      if (!['source', 'target', 'uid', 'gid', 'mode'].includes(name)) {
        const message =
          'must be a name, or such as source=db_pass,target=password,uid=2000,gid=3000,mode=0400';
        context.addIssue({ code: 'custom', message });
        return z.NEVER;
      }
      fields[name] = part.slice(at + 1);
    }
    return fields;
  })
  .pipe(UseObject);

const FileUseRequest = z
  .union([UseText, UseObject])
  .describe('"db_pass", or {source, target, uid, gid, mode}');

/** Secrets or configs that a service's containers get, each file once. */
export const FileUses = z
  .array(FileUseRequest)
  .max(MOST_USES)
  .superRefine((uses, context) => {
    const seen = new Set<string>();
    // One that was refused is none, and is here all the same.
    for (const [index, { target }] of uses.entries()) {
      if (target !== undefined && seen.has(target)) {
        const message = `makes the file ${target.slice(0, 60)} a second time: give it another target`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
      seen.add(target);
    }
  });
