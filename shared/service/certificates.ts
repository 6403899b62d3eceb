import { pack } from 'tar-stream';
import type { Clock } from '../core/clock.ts';
import { labAuthority, type SecretDeps } from '../engine/lab-secrets.ts';
import { type ClientCertificate, issueClient } from '../engine/pki.ts';
import type { Lab } from '../lab/lab.ts';
import { whileUp } from './lab-keys.ts';

/**
 * A client certificate for every engine of the lab, good until the lab's hard maximum, so that an extension breaks
 * nobody's shell. It is not stored. The caller has checked that `subject` may have it.
 * @throws SlipwayError `conflict` while the lab has no authority yet, and once it goes down.
 */
export function issueClientCertificate(
  deps: SecretDeps & { clock: Clock },
  lab: Lab,
  subject: string,
): Promise<ClientCertificate> {
  const now = deps.clock.now();
  return whileUp(lab, now, async () => {
    const authority = await labAuthority(deps, lab.id);
    return await issueClient({ authority, subject, notAfter: Date.parse(lab.hardMaximum), now });
  });
}

/** The files that DOCKER_CERT_PATH wants, as a tar archive. */
export async function certificateTar(certificate: ClientCertificate, now: number): Promise<Buffer> {
  const archive = pack();
  const mtime = new Date(now);
  archive.entry({ name: 'ca.pem', mode: 0o644, mtime }, certificate.ca);
  archive.entry({ name: 'cert.pem', mode: 0o644, mtime }, certificate.cert);
  archive.entry({ name: 'key.pem', mode: 0o600, mtime }, certificate.key);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
