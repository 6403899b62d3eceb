import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serve as listen, type ServerType } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import { createApp } from '../functions/api/app.ts';
import { messageOf } from '../shared/core/errors.ts';
import { reconcile } from '../shared/reconcile/reconcile.ts';
import { sweep } from '../shared/reconcile/sweep.ts';
import { tick, wakeAll } from '../shared/reconcile/tick.ts';
import { listedAddresses } from '../shared/service/host-addresses.ts';
import { issueToken } from '../shared/service/tokens.ts';
import type { Local } from './local-deps.ts';

export interface Server {
  /** On this machine; the API listens on every address. */
  url: string;
  operatorToken: string;
  operatorTokenFile: string;
  /** Takes no more requests, lets running work come to its next save, closes the records. */
  stop(): Promise<void>;
}

/** As EventBridge's rate(1 minute) on AWS. */
const TICK_SECONDS = 60;
/** What a lab's run may take to its next save: the longest of the engine's own deadlines, and a little. */
const STOP_SECONDS = 30;
const OPERATOR_TOKEN_DAYS = 365;

/** Starts the API, the queue, the tick and the sweep of a composed deployment. */
export async function serve(local: Local): Promise<Server> {
  const { deps, queue, port } = local;
  const { token, file } = await writeOperatorToken(local);
  const app = createApp(deps, {
    longPoll: true,
    remoteAddress: (context) => getConnInfo(context).remote.address,
    hostAddresses: listedAddresses(deps),
  });
  const http = await new Promise<ServerType>((resolve, reject) => {
    const server = listen({ fetch: app.fetch, port, hostname: '0.0.0.0' }, () => resolve(server));
    server.once('error', reject);
  });
  const ending = new AbortController();
  queue.start((wakeId) => reconcile(deps, wakeId));
  deps.driver.watch((labId) => void queue.enqueue(labId, 0), ending.signal);
  const beat = async () => {
    try {
      await tick(deps);
      await sweep(deps);
    } catch (error) {
      deps.log.error({ reason: messageOf(error) }, 'tick failed; the next one catches up');
    }
  };
  await wakeAll(deps);
  await beat();
  const timer = setInterval(() => void beat(), TICK_SECONDS * 1000);

  return {
    url: `http://127.0.0.1:${port}`,
    operatorToken: token,
    operatorTokenFile: file,
    async stop() {
      clearInterval(timer);
      ending.abort();
      const closed = new Promise<void>((resolve) => http.close(() => resolve()));
      if ('closeAllConnections' in http) http.closeAllConnections();
      await closed;
      await queue.stop(STOP_SECONDS);
      await local.close();
    },
  };
}

/** The operator's token, anew at each start, in a file that only we can read. */
async function writeOperatorToken({ deps, config }: Local): Promise<{ token: string; file: string }> {
  const { token } = await issueToken(deps, {
    role: 'operator',
    subject: 'operator',
    expiresInSeconds: OPERATOR_TOKEN_DAYS * 86_400,
  });
  const file = join(config.SLIPWAY_DATA, 'operator-token');
  await writeFile(`${file}.new`, `${token}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return { token, file };
}
