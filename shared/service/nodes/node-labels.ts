import { z } from 'zod';
import { plainText } from '../swarm/names.ts';

const MOST_LABELS = 50;

/** Labels to set, and by null to take off. */
export const NodeLabels = z
  .record(plainText(256).min(1, 'must not be empty'), plainText(4096).nullable())
  .refine((labels) => Object.keys(labels).length <= MOST_LABELS, `must hold at most ${MOST_LABELS}`)
  .describe('{"zone": "a", "old": null}');
