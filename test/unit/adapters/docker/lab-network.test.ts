import { afterEach, describe, expect, test } from 'vitest';
import { removeHost } from '../../../../shared/adapters/docker/host-removal.ts';
import { ensureLabNetwork, removeLabNetworks } from '../../../../shared/adapters/docker/lab-network.ts';
import { EngineHttp } from '../../../../shared/adapters/engine/engine-http.ts';
import { type Answer, json, openScriptedEngine } from '../../../support/scripted-engine.ts';

let opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const one of opened.reverse()) await one.close();
  opened = [];
});

async function engineThat(answer: Answer) {
  const scripted = await openScriptedEngine(answer);
  const engine = new EngineHttp({ socketPath: scripted.socketPath });
  opened.push(scripted, engine);
  return { scripted, engine };
}

interface Asked {
  IPAM: { Config: { Subnet: string }[] };
}

/** An engine that remembers the networks it makes, and refuses the first so many. */
function networkEngine(refusals: { status: number; message: string }[]) {
  const networks: object[] = [];
  return engineThat((response, { method, path, body }) => {
    if (method === 'GET') return json(response, networks);
    if (!path.endsWith('/networks/create')) return json(response, {}, 404);
    const refusal = refusals.shift();
    if (refusal) return json(response, { message: refusal.message }, refusal.status);
    const { IPAM } = JSON.parse(body) as Asked;
    const Labels = { 'slipway.deployment': 'd', 'slipway.lab': 'lab' };
    networks.push({
      Id: 'n1',
      Name: 'slipway-d-lab',
      Created: '2026-11-21T02:21:39.937141637Z',
      Labels,
      IPAM,
    });
    json(response, { Id: 'n1' }, 201);
  });
}

const overlaps = { status: 403, message: 'Pool overlaps with other one on this address space' };

describe('a lab’s network', () => {
  test('takes another subnet when one was taken since it looked', async () => {
    const { engine, scripted } = await networkEngine([overlaps, overlaps]);
    const network = await ensureLabNetwork(engine, 'd', 'lab');
    expect(network).toMatchObject({ id: 'n1', labId: 'lab', createdAt: '2026-11-21T02:21:39.937Z' });
    expect(network.gateway.replace(/\d+$/, '')).toBe(network.subnet.replace(/\d+\/26$/, ''));
    const asked = scripted.heard.filter(({ method }) => method === 'POST');
    expect(new Set(asked.map(({ body }) => (JSON.parse(body) as Asked).IPAM.Config[0]?.Subnet)).size).toBe(3);
  });

  test('is given up after a bounded number of tries, in the engine’s words', async () => {
    const { engine, scripted } = await networkEngine(Array.from({ length: 50 }, () => overlaps));
    await expect(ensureLabNetwork(engine, 'd', 'lab')).rejects.toThrow('Pool overlaps');
    expect(scripted.heard.filter(({ method }) => method === 'POST').length).toBeLessThan(10);
  });

  test('is not tried again for any other refusal', async () => {
    const { engine, scripted } = await networkEngine([{ status: 500, message: 'could not add a bridge' }]);
    await expect(ensureLabNetwork(engine, 'd', 'lab')).rejects.toThrow('could not add a bridge');
    expect(scripted.heard.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('that still has endpoints is to be removed later, retryably', async () => {
    const IPAM = { Config: null };
    const { engine } = await engineThat((response, { method }) =>
      method === 'GET'
        ? json(response, [{ Id: 'n1', Name: 'n', Created: '2026-11-21T02:21:39Z', Labels: null, IPAM }])
        : json(response, { message: 'network has active endpoints' }, 403),
    );
    await expect(removeLabNetworks(engine, 'd', 'lab')).rejects.toMatchObject({
      code: 'driver_failed',
      retryable: true,
    });
  });
});

test('a container whose removal is in progress is waited for', async () => {
  const answers = [409, 409, 404];
  const { engine, scripted } = await engineThat((response) =>
    json(response, { message: 'removal is already in progress' }, answers.shift() ?? 404),
  );
  await removeHost(
    { engine, deployment: 'd', cgroupVersion: '2' },
    { id: 'c1', labId: 'lab', machine: 'm1' },
  );
  expect(scripted.heard).toHaveLength(3);
  expect(scripted.heard[0]?.query.toString()).toBe('force=true&v=true');
});
