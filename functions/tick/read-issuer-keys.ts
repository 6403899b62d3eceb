import { z } from 'zod';
import { messageOf, SlipwayError } from '../../shared/core/errors.ts';

/** The two documents of an issuer are a few KB each; more is not read. */
const MOST_BYTES = 64 * 1024;
const ANSWER_MILLISECONDS = 5_000;
const MOST_KEYS = 50;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https$/ }) });
/** Only what verifies: a symmetric key that an issuer publishes could sign as well. */
const PublicKey = z.looseObject({ kty: z.enum(['RSA', 'EC', 'OKP']), d: z.undefined().optional() });
const KeySet = z.object({ keys: z.array(z.unknown()).max(MOST_KEYS) });

/**
 * Reads the JSON Web Key Set of an OIDC issuer by its discovery document; bounded in size and time, over https alone, no
 * redirect followed.
 * @param url as in the issuer's own tokens.
 * @returns the set as text, its public keys only.
 * @throws SlipwayError `store_unavailable` that says what is wrong with the issuer's answer.
 */
export async function readIssuerKeys(url: string, ask: typeof fetch = fetch): Promise<string> {
  const document = await readJson(`${url.replace(/\/$/, '')}/.well-known/openid-configuration`, ask);
  const discovery = Discovery.safeParse(document);
  if (!discovery.success) throw refusal(url, 'its discovery document lacks issuer or an https jwks_uri');
  if (discovery.data.issuer !== url) {
    throw refusal(url, `its discovery document is of the issuer "${discovery.data.issuer.slice(0, 200)}"`);
  }
  const set = KeySet.safeParse(await readJson(discovery.data.jwks_uri, ask));
  if (!set.success) throw refusal(url, `its key set is not a list of at most ${MOST_KEYS} keys`);
  const keys = set.data.keys.filter((key) => PublicKey.safeParse(key).success);
  if (keys.length === 0) throw refusal(url, 'its key set has no public key');
  return JSON.stringify({ keys });
}

async function readJson(url: string, ask: typeof fetch): Promise<unknown> {
  try {
    const answer = await ask(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
      headers: { Accept: 'application/json' },
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return JSON.parse(await readText(answer));
  } catch (error) {
    throw refusal(url, messageOf(error));
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) throw new Error(`it is over ${MOST_BYTES / 1024} KiB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function refusal(url: string, reason: string): SlipwayError {
  return new SlipwayError('store_unavailable', `the OIDC issuer at ${url} cannot be used: ${reason}`);
}
