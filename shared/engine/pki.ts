/** A lab's certificate authority: both PEM. */
export interface Authority {
  cert: string;
  key: string;
}

/** A client's certificate and key with the authority to check the server by: PEM each. */
export interface ClientCertificate {
  ca: string;
  cert: string;
  key: string;
  /** ISO 8601; the authority's own end, where that is sooner than what was asked. */
  expiresAt: string;
}

export interface ServerRequest {
  authority: Authority;
  /** PEM, at most 4 KiB, P-256. */
  csr: string;
  machine: string;
  /** IP addresses for the SAN, beside the machine's name. */
  addresses: string[];
  now: number;
}

export interface ClientRequest {
  authority: Authority;
  /** Whose it is; told in the certificate, bounded to 64 characters. */
  subject: string;
  /** Milliseconds since the epoch. */
  notAfter: number;
  now: number;
}

/** Loaded by the first who signs: most requests sign nothing, and a cold start on Lambda should not pay for the library. */
const load = () => import('./x509-pki.ts');

/** Makes the authority of one lab: P-256, may sign end certificates only, for thirteen months. */
export async function createAuthority(labId: string, now: number): Promise<Authority> {
  return await (await load()).createAuthority(labId, now);
}

/**
 * Signs for a host. Of its request only the public key and the proof of possession are used.
 * @returns the server certificate, PEM.
 * @throws SlipwayError `invalid_input` for a request that cannot be taken.
 */
export async function signServer(request: ServerRequest): Promise<string> {
  return await (await load()).signServer(request);
}

/** Makes a key and a certificate that opens every engine of the lab and nothing else. */
export async function issueClient(request: ClientRequest): Promise<ClientCertificate> {
  return await (await load()).issueClient(request);
}
