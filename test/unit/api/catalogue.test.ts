import { expect, test } from 'vitest';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';
import { listCatalogue } from '../../../shared/service/stacks/list-catalogue.ts';
import { createWorld } from '../../support/world.ts';

interface Item {
  name: string;
  services: { name: string; image: string; replicas?: number; ports: number[] }[];
  images: { reference: string; lastKnown: string }[];
  ports: number[];
}

test('GET /v1/stacks shows what each stack of the catalogue is, asks for and needs', async () => {
  const world = createWorld();
  const answer = await world.ask('GET', '/v1/stacks', { as: 'student' });
  expect(answer.status).toBe(200);
  const { items } = answer.json as unknown as { items: Item[] };
  const names = items.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
  expect(names).toEqual([...world.deps.catalogue.stacks.keys()].sort());
  // What it is deployed from is long, and shown nowhere.
  expect(items.every((item) => !('source' in item))).toBe(true);
});

test('a stack’s services are named as in its file, with their images, ports and number of tasks', async () => {
  const { items } = listCatalogue({ catalogue: await loadCatalogue() }, { limit: 100 });
  const whole = items.find(({ name }) => name === 'giropops-monitoring');
  expect(whole).toMatchObject({
    ports: [9090, 9100, 9093, 8080, 3000, 3080],
    parameters: [{ name: 'INCOMING_WEBHOOK', required: false, secret: true }],
  });
  expect(whole?.services).toContainEqual({
    name: 'node-exporter',
    image: 'prom/node-exporter:v1.11.1',
    ports: [9100],
  });
  expect(whole?.services).toContainEqual({ name: 'mongo', image: 'mongo:8.0', replicas: 1, ports: [] });
  const classic = items.find(({ name }) => name === 'voting-app-classic');
  // redis publishes a port that the swarm chooses: nothing that could clash.
  expect(classic?.services).toContainEqual({ name: 'redis', image: 'redis:alpine', replicas: 2, ports: [] });
  expect(classic?.ports).toEqual([5000, 5001, 8080]);
});
