import { z } from 'zod';

/**
 * All that a stack is deployed from. It came with the request or from the catalogue; nothing is ever read from the
 * server's own disk or environment.
 */
export const StackSource = z.object({
  /** The Compose file's text. */
  compose: z.string(),
  /** Files that it refers to, by their path as normalised by `sourcePath`: base64. */
  files: z.record(z.string(), z.string()).default({}),
  /** What `${NAME}` in it stands for. */
  variables: z.record(z.string(), z.string()).default({}),
});
export type StackSource = z.output<typeof StackSource>;

/** A source of a Compose file alone. */
export function composeOnly(compose: string): StackSource {
  return { compose, files: {}, variables: {} };
}

/**
 * A path beside the Compose file in its one spelling: `./conf//a.yml` is `conf/a.yml`.
 * @returns undefined for what leads elsewhere: absolute, or above the Compose file.
 */
export function sourcePath(written: string): string | undefined {
  if (written.startsWith('/') || written.startsWith('~') || /[\0\\]/.test(written)) return undefined;
  const parts: string[] = [];
  for (const part of written.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..') parts.push(part);
  }
  return parts.length === 0 ? undefined : parts.join('/');
}
