import { readCertPath, refusedPath } from './cert-path.ts';

/**
 * `docker-machine config`: docker's flags, one a line, for `docker $(slipway config m1) ps`. Docker takes the quotes
 * off; a shell expands nothing here, so a path with a character that some shell or docker would read is refused.
 * @throws SlipwayError `invalid_input` at `/certPath`.
 */
export function configText(url: string, certPath: string): string {
  if (/["'`\\$]/.test(readCertPath(certPath).rest))
    throw refusedPath('must not hold quotes, backslashes or $; choose another folder');
  return [
    '--tlsverify',
    `--tlscacert="${certPath}/ca.pem"`,
    `--tlscert="${certPath}/cert.pem"`,
    `--tlskey="${certPath}/key.pem"`,
    `-H=${url}`,
    '',
  ].join('\n');
}
