import type { Clock } from '../core/clock.ts';
import type { Engine, EngineAccess, EngineConnector } from '../ports/engine.ts';
import { labAuthority, type SecretDeps } from './lab-secrets.ts';
import { type ClientCertificate, issueClient } from './pki.ts';

const LIFETIME_MS = 3_600_000;
/** A new certificate is made this long before the old one ends: longer than any call lasts. */
const RENEW_BEFORE_MS = 10 * 60_000;

interface LabAccess {
  /** One issue, shared by all who ask at once. */
  certificate: Promise<ClientCertificate>;
  renewAt: number;
  /** By machine; a machine that moved is connected anew. */
  engines: Map<string, { host: string; port: number; engine: Engine }>;
}

/**
 * Gives engines with the control plane's own client certificate: one per lab, good for an hour, in memory only.
 * `of` throws SlipwayError `not_found` once the lab's authority is gone.
 */
export function createEngineAccess(
  deps: SecretDeps & { connector: EngineConnector; clock: Clock },
): EngineAccess {
  const labs = new Map<string, LabAccess>();

  function accessTo(labId: string): LabAccess {
    const now = deps.clock.now();
    const kept = labs.get(labId);
    if (kept !== undefined && now < kept.renewAt) return kept;
    for (const [id, access] of labs) if (now >= access.renewAt) labs.delete(id);
    const access: LabAccess = {
      certificate: issue(labId, now),
      renewAt: now + LIFETIME_MS - RENEW_BEFORE_MS,
      engines: new Map(),
    };
    labs.set(labId, access);
    // A failure is told to those who wait for it; the next caller tries again.
    access.certificate.catch(() => {
      if (labs.get(labId) === access) labs.delete(labId);
    });
    return access;
  }

  async function issue(labId: string, now: number): Promise<ClientCertificate> {
    const authority = await labAuthority(deps, labId);
    return await issueClient({
      authority,
      subject: 'slipway control plane',
      notAfter: now + LIFETIME_MS,
      now,
    });
  }

  return {
    async of(labId, { name, engine: { host, port } }) {
      const access = accessTo(labId);
      const { ca, cert, key } = await access.certificate;
      const known = access.engines.get(name);
      if (known !== undefined && known.host === host && known.port === port) return known.engine;
      const engine = deps.connector.connect({ host, port, serverName: name, ca, cert, key });
      access.engines.set(name, { host, port, engine });
      return engine;
    },
    forget: (labId) => {
      labs.delete(labId);
    },
  };
}
