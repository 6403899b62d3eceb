import { SlipwayError } from '../../shared/core/errors.ts';

/** An Engine's refusal, as the real adapter throws it. */
export function refusal(status: number, reason: string): SlipwayError {
  return new SlipwayError('engine_refused', `Docker Engine fake: ${status} ${reason}`, {
    facts: { status, reason },
  });
}

export function invalid(reason: string): SlipwayError {
  return refusal(400, `rpc error: code = InvalidArgument desc = ${reason}`);
}

export function outOfSequence(): SlipwayError {
  return refusal(500, 'rpc error: code = Unknown desc = update out of sequence');
}

/** Services and networks are named so. */
export function checkName(name: string): void {
  if (!/^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/.test(name)) {
    throw invalid('name must be valid as a DNS name component');
  }
  if (name.length > 63) throw invalid('name must be 63 characters or fewer');
}
