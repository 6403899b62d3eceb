import type { FilePlace } from '../core/errors.ts';

/** Something about a stack that its owner should know and that stops nothing: a key without effect, a file made a config. */
export interface Remark {
  /** JSON pointer into the Compose file. */
  pointer: string;
  place?: FilePlace;
  /** Reason and cure. */
  message: string;
}
