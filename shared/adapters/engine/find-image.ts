import { z } from 'zod';
import { isSlipwayError } from '../../core/errors.ts';
import type { EngineHttp } from './engine-http.ts';
import { fullReference } from './image-reference.ts';

const REGISTRY_SECONDS = 3;
/** What registries say of what they have not; an engine says the last of what nobody can have. */
const MISSING = /manifest unknown|name unknown|not found|invalid reference format/i;
/** What Docker Hub says of a name that nobody took, to whoever has not logged in. */
const DENIED = /denied|unauthorized/i;

type Finding = 'there' | 'missing' | 'unknown';

/**
 * Has the image's registry got it? An engine with a mirror asks the mirror alone, and that one's no is a no (20.10).
 * What the engine has itself needs no registry.
 */
export async function findImage(http: EngineHttp, reference: string): Promise<Finding> {
  const image = fullReference(reference);
  const found = await askRegistry(http, image);
  if (found === 'there') return found;
  return (await hasImage(http, image)) ? 'there' : found;
}

async function askRegistry(http: EngineHttp, image: string): Promise<Finding> {
  try {
    const path = `/distribution/${image}/json`;
    await http.call({ path, deadlineSeconds: REGISTRY_SECONDS, schema: z.unknown() });
    return 'there';
  } catch (error) {
    if (isSlipwayError(error, 'engine_unreachable')) return 'unknown';
    if (!isSlipwayError(error, 'engine_refused')) throw error;
    const { status, reason } = error.facts;
    const words = String(reason);
    if ((status === 404 || status === 400) && MISSING.test(words)) return 'missing';
    return isOnDockerHub(image) && DENIED.test(words) ? 'missing' : 'unknown';
  }
}

/** Has the engine itself got it? */
export async function hasImage(http: EngineHttp, image: string): Promise<boolean> {
  try {
    await http.call({ path: `/images/${image}/json`, schema: z.unknown() });
    return true;
  } catch (error) {
    if (!isSlipwayError(error, 'engine_refused')) throw error;
    if (error.facts.status === 404 || error.facts.status === 400) return false;
    throw error;
  }
}

/** Its first part is a registry where it has a dot, a port, or is `localhost`: the rule of Docker's own references. */
function isOnDockerHub(image: string): boolean {
  const [first = '', ...more] = image.split('/');
  return more.length === 0 || first === 'docker.io' || !(/[.:]/.test(first) || first === 'localhost');
}
