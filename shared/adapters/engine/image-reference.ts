import { SlipwayError } from '../../core/errors.ts';

/** Registry, path, tag and digest; nothing that means something in a URL. */
const REFERENCE = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}(@sha256:[0-9a-f]{64})?$/;

/**
 * The reference with its tag: a pull without one would fetch every tag there is.
 * @throws SlipwayError `invalid_input`
 */
export function fullReference(reference: string): string {
  if (!REFERENCE.test(reference) || reference.includes('..')) {
    throw new SlipwayError(
      'invalid_input',
      `image ${JSON.stringify(reference.slice(0, 255))} is not a reference; write name, name:tag or name@sha256:digest`,
    );
  }
  const lastPart = reference.slice(reference.lastIndexOf('/') + 1);
  return /[:@]/.test(lastPart) ? reference : `${reference}:latest`;
}
