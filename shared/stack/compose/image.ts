import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${PART}(?:/${PART})*$`);
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const HOST = new RegExp(String.raw`^(?:${LABEL}(?:\.${LABEL})*|\[[0-9a-fA-F:]+\])(?::\d+)?$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128})$/;
/** What an engine takes for an image's id, and a swarm for none. */
const IDENTIFIER = /^[0-9a-f]{64}$/;
const LONGEST_NAME = 255;
const HUB = ['docker.io', 'index.docker.io'];

/**
 * An image as the docker command sends it: the Hub's name left out, `latest` where there is neither tag nor digest
 * (`docker.io/library/nginx` is `nginx:latest`).
 * @throws Error that tells why it is no reference.
 */
export function familiarImage(reference: string): string {
  if (IDENTIFIER.test(reference)) throw new Error('it is an id of one node: name the image');
  const [named = '', digest, ...more] = reference.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const slash = path.indexOf('/');
  const first = path.slice(0, Math.max(0, slash));
  const isHost = /[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first);
  const repository = isHost ? path.slice(slash + 1) : path;
  if (/[A-Z]/.test(repository)) throw new Error('a repository is in lower case');
  const valid =
    REPOSITORY.test(repository) &&
    (!isHost || HOST.test(first)) &&
    (tag === undefined || TAG.test(tag)) &&
    (digest === undefined || DIGEST.test(digest)) &&
    more.length === 0;
  if (!valid) throw new Error('write name, name:tag or name@sha256:digest');
  const whole = isHost ? path : `docker.io/${repository.includes('/') ? '' : 'library/'}${repository}`;
  if (whole.length > LONGEST_NAME) throw new Error(`its name has more than ${LONGEST_NAME} characters`);
  const atHub = !isHost || HUB.includes(first);
  const name = atHub ? repository.replace(/^library\/(?=[^/]+$)/, '') : `${first}/${repository}`;
  const version = tag ?? (digest === undefined ? 'latest' : undefined);
  return `${name}${version === undefined ? '' : `:${version}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** As written, which a label keeps, and as sent. */
export const Image = byKind({
  text: z.string().transform((written, context) => {
    try {
      return { written, sent: familiarImage(written) };
    } catch (error) {
      refuse(context, [], `"${written}" is no image: ${(error as Error).message}`);
      return z.NEVER;
    }
  }),
});
