import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocal } from '../../local/local-deps.ts';
import { type Server, serve } from '../../local/server.ts';
import { LocalConfig } from '../../shared/core/local-config.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { groundGiven } from './ground.ts';
import { untilPhase } from './until-phase.ts';

/** The product's server in this process, on real engines, with a fresh data directory and deployment. */
export interface LiveServer extends Server {
  deployment: string;
  operator: ApiClient;
  /** A student of that name. */
  student(subject: string): Promise<ApiClient>;
  /** Ends the labs that a failed test left, stops the server and removes its directory. */
  close(): Promise<void>;
}

let count = 0;

export async function startLiveServer(settings: Record<string, string> = {}): Promise<LiveServer> {
  const ground = groundGiven();
  if (ground === undefined) throw new Error('no ground to run on: see test/support/ground-setup.ts');
  count += 1;
  const deployment = `live-${process.pid}-${count}`;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-live-'));
  const config = LocalConfig.parse({
    SLIPWAY_PORT: '0',
    SLIPWAY_DATA: folder,
    SLIPWAY_DEPLOYMENT: deployment,
    SLIPWAY_LOG_LEVEL: 'silent',
    ...settings,
  });
  const server = await serve(await createLocal(config, ground));
  const operator = createApiClient(server.url, server.operatorToken);
  return {
    ...server,
    deployment,
    operator,
    async student(subject) {
      const body = { role: 'student', subject, expiresIn: 'PT1H' };
      const { token } = await operator.json<{ token: string }>('POST', '/tokens', body);
      return createApiClient(server.url, token);
    },
    async close() {
      const { items } = await operator.json<{ items: LabAnswer[] }>('GET', '/labs?limit=100');
      const live = items.filter(({ phase }) => phase !== 'deleted');
      await Promise.all(live.map(({ id }) => endLab(operator, id)));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface LabAnswer {
  id: string;
  phase: string;
  progress: number;
  conditions: Record<string, { status: string; reason: string; message: string }>;
  machines: { name: string; state: string; url?: string }[];
  links: { label: string; url: string }[];
  expiresAt: string;
}

/** Asks for a lab and waits until it is ready. */
export async function readyLab(api: ApiClient, request: object): Promise<LabAnswer> {
  const { id } = await api.json<LabAnswer>('POST', '/labs', request);
  return untilPhase(api, id, 'ready');
}

export async function endLab(api: ApiClient, id: string): Promise<void> {
  await api.json('DELETE', `/labs/${id}`);
  await untilPhase(api, id, 'deleted');
}
