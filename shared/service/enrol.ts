import { iso } from '../core/clock.ts';
import { labAuthority } from '../engine/lab-secrets.ts';
import { signServer } from '../engine/pki.ts';
import { fairKeyOf } from '../lab/fair-key.ts';
import type { Deps } from '../ports/deps.ts';
import type { HostAddresses } from './host-addresses.ts';
import { type IdentityDeps, knowMachine, type MachineCaller } from './machine-identity.ts';

const LONGEST_MESSAGE_BYTES = 2048;

export type EnrolDeps = IdentityDeps & Pick<Deps, 'log' | 'queue'> & { hostAddresses: HostAddresses };

/**
 * Signs for a host at every boot, with names and addresses of our own records, never the request's; notes it and
 * wakes the lab.
 * @returns the server certificate, then the lab's CA: PEM.
 * @throws SlipwayError `unauthenticated` or `rate_limited` as `knowMachine`; `invalid_input` for a request that
 * cannot be signed; `driver_failed`, retryable, while no address of the machine is known yet.
 */
export async function enrol(deps: EnrolDeps, request: MachineCaller & { csr: string }): Promise<string> {
  const { labId, machine, csr } = request;
  const known = await knowMachine(deps, request);
  const [authority, addresses] = await Promise.all([
    labAuthority(deps, labId),
    deps.hostAddresses(known, request),
  ]);
  const now = deps.clock.now();
  const certificate = await signServer({ authority, csr, machine, addresses, now });
  await deps.labs.saveEnrolment(labId, { machine, enrolledAt: iso(now) });
  await deps.queue.enqueue(labId, 0, fairKeyOf(known.lab));
  deps.log.info({ lab: labId, machine, addresses }, 'signed for a host');
  return certificate + authority.cert;
}

/**
 * Notes in a host's own words why its boot failed, and wakes the lab, whose timeline tells it.
 * @param report its message is cut at 2 KB; control characters become blanks, because a host is hostile ground and
 * the words end up in terminals.
 * @throws SlipwayError `unauthenticated` or `rate_limited` as `knowMachine`.
 */
export async function reportEnrolmentFailure(
  deps: IdentityDeps & Pick<Deps, 'queue'>,
  report: MachineCaller & { message: string },
): Promise<void> {
  const { labId, machine, token } = report;
  const { lab, enrolment } = await knowMachine(deps, report);
  const message = readable(report.message.replaceAll(token, '[token]'));
  const failure = { message: message || 'the host gave no reason', at: iso(deps.clock.now()) };
  await deps.labs.saveEnrolment(labId, { ...enrolment, machine, failure });
  await deps.queue.enqueue(labId, 0, fairKeyOf(lab));
}

/** One line of printable text of at most 2 KB, cut between characters. */
function readable(text: string): string {
  const line = Buffer.from(text) // half a surrogate pair becomes U+FFFD
    .toString()
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  const bytes = Buffer.from(line).subarray(0, LONGEST_MESSAGE_BYTES);
  // A character cut in two decodes to U+FFFD at the end.
  return Buffer.byteLength(line) > bytes.length ? bytes.toString().replace(/\uFFFD$/, '') : line;
}
