import { z } from 'zod';
import { SlipwayError } from '../../core/errors.ts';
import { FileName, Labels } from './names.ts';

/** What swarmkit calls a secret and a config, and how many bytes each must stay below; api/validation. */
const MOST_BYTES = { secret: 512_000, config: 1_024_000 };

/** As long as a body can be that is sent as JSON. */
const MOST_CHARACTERS = 720 * 1024;

/** What is to be kept: as text, or as bytes in base64. No message about it ever holds any of it. */
const content = {
  text: z.string().max(MOST_CHARACTERS).optional().describe('UTF-8'),
  base64: z
    .string()
    .max(MOST_CHARACTERS)
    .regex(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, 'must be base64, padded')
    .optional()
    .describe('Bytes'),
};
const ONE_OF_THEM = 'must have text or base64, and not both';

/** A new secret or config, as `docker secret create` makes one. */
export const FileRequest = z
  .strictObject({ name: FileName, ...content, labels: Labels.optional() })
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), ONE_OF_THEM);

/** What a secret is to be from now on. */
export const NewContent = z
  .strictObject(content)
  .refine(({ text, base64 }) => (text === undefined) !== (base64 === undefined), ONE_OF_THEM);

/** @returns base64, as an Engine takes it. */
export function dataOf({ text, base64 }: z.output<typeof NewContent>): string {
  return base64 ?? Buffer.from(text ?? '').toString('base64');
}

/** @throws SlipwayError `too_large` naming the limit, `invalid_input` for nothing at all. */
export function checkSize(word: 'secret' | 'config', data: string): void {
  const size = Buffer.byteLength(data, 'base64');
  if (size === 0) {
    const message = `a ${word} must hold something`;
    throw new SlipwayError('invalid_input', message, { issues: [{ pointer: '', message }] });
  }
  const allowedBytes = MOST_BYTES[word] - 1;
  if (size <= allowedBytes) return;
  throw new SlipwayError('too_large', `a ${word} holds at most ${allowedBytes} bytes, and this has ${size}`, {
    facts: { allowedBytes },
  });
}
