import type { PlainEngine } from '../support/plain-engines.ts';
import type { Oracle } from './oracle.ts';

/** Two one-node swarms alike: the real command deploys to one, ours to the other. */
export interface Pair {
  theirs: PlainEngine;
  ours: PlainEngine;
  oracle: Oracle;
}
