import { serve as listen } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { messageOf } from '../shared/core/errors.ts';
import { reconcileLab } from '../shared/reconcile/reconcile-lab.ts';
import { sweep } from '../shared/reconcile/sweep.ts';
import { tick, wakeAll } from '../shared/reconcile/tick.ts';
import type { Local } from './local-deps.ts';

export interface Server {
  url: string;
  operatorToken: string;
  /** Takes no more requests, lets running work come to its next save, closes the records. */
  stop(): Promise<void>;
}

/** EventBridge's rate(1 minute), in one process. */
const TICK_SECONDS = 60;
