import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What openssl said, and whether it agreed. */
export interface Verdict {
  ok: boolean;
  words: string;
}

/** Writes files into a folder of their own, lets `use` work there, removes it. */
export async function withFiles<Result>(
  files: Record<string, string>,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-openssl-'));
  try {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a program of the machine (openssl, ssh-keygen) in a folder; never throws on its refusal. */
export function runIn(folder: string, program: string, args: string[], input = ''): Promise<Verdict> {
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd: folder, timeout: 15_000 }, (error, stdout, stderr) =>
      resolve({ ok: error === null, words: stdout + stderr }),
    );
    // A program that is done before it has read its input has said all that counts.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** The certificate in openssl's words. */
export function describeCertificate(pem: string): string {
  return execFileSync('openssl', ['x509', '-noout', '-text', '-nameopt', 'RFC2253'], {
    input: pem,
  }).toString();
}

/** Does the certificate hold under the authority, for the purpose, at the moment? */
export function verifyCertificate(check: {
  ca: string;
  cert: string;
  purpose: 'sslserver' | 'sslclient';
  at: number;
  more?: string[];
}): Promise<Verdict> {
  return withFiles({ 'ca.pem': check.ca, 'cert.pem': check.cert }, (folder) =>
    runIn(folder, 'openssl', [
      'verify',
      '-x509_strict',
      '-CAfile',
      'ca.pem',
      '-purpose',
      check.purpose,
      '-attime',
      String(Math.floor(check.at / 1000)),
      ...(check.more ?? []),
      'cert.pem',
    ]),
  );
}

/** A certificate request as a host's openssl makes it; by default what bootstrap asks for. */
export function makeRequest(
  options: { subject?: string; newkey?: string[]; more?: string[] } = {},
): Promise<{ csr: string; key: string }> {
  const newkey = options.newkey ?? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  return withFiles({}, async (folder) => {
    const args = [
      'req',
      '-new',
      ...newkey,
      '-nodes',
      '-subj',
      options.subject ?? '/CN=m1',
      '-keyout',
      '-',
      ...(options.more ?? []),
    ];
    const { ok, words } = await runIn(folder, 'openssl', args);
    const block = (name: string) =>
      new RegExp(`-----BEGIN ${name}-----[^-]+-----END ${name}-----\n`).exec(words)?.[0];
    const csr = block('CERTIFICATE REQUEST');
    const key = block('PRIVATE KEY');
    if (!ok || csr === undefined || key === undefined) throw new Error(`openssl req: ${words}`);
    return { csr, key };
  });
}
