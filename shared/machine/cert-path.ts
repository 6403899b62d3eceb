import { SlipwayError } from '../core/errors.ts';

/** A quarter of Linux's own limit. */
const LONGEST_PATH = 1024;
const HOME = '$HOME';

/** A path on the user's side. A leading `$HOME` is filled in by their shell; nothing else in it expands. */
export interface CertPath {
  underHome: boolean;
  /** The path, or what follows `$HOME`. */
  rest: string;
}

/** @throws SlipwayError `invalid_input` at `/certPath` for what no shell's `eval` keeps. */
export function readCertPath(certPath: string): CertPath {
  if (certPath === '' || certPath.length > LONGEST_PATH)
    throw refusedPath(`must be 1 to ${LONGEST_PATH} characters long`);
  const underHome = certPath === HOME || certPath.startsWith(`${HOME}/`);
  const rest = underHome ? certPath.slice(HOME.length) : certPath;
  if (/[\p{Cc}\p{Zl}\p{Zp}]/u.test(rest))
    throw refusedPath('must not hold control characters or line breaks');
  return { underHome, rest };
}

export function refusedPath(reason: string): SlipwayError {
  return new SlipwayError('invalid_input', `certPath ${reason}`, {
    issues: [{ pointer: '/certPath', message: reason }],
  });
}
