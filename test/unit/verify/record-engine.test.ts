import { expect, test } from 'vitest';
import type { Engine, ServiceSpec } from '../../../shared/ports/engine.ts';
import { recordEngine } from '../../verify/record-engine.ts';

/** An engine that takes everything, and is a class as the real one is. */
class TakingEngine {
  readonly #services: string[] = [];
  async createService({ Name }: ServiceSpec) {
    this.#services.push(Name);
    return { id: String(this.#services.length) };
  }
  async services() {
    return this.#services;
  }
  async updateSecret() {}
  async removeNetwork() {}
}

test('a recorded engine does as told, and remembers what was written, with what it was asked for', async () => {
  const { engine, writes, asked } = recordEngine(new TakingEngine() as unknown as Engine);
  const spec = { Name: 's_web', Labels: {}, TaskTemplate: {}, Mode: {} };
  expect(await engine.createService(spec)).toEqual({ id: '1' });
  expect(await engine.services()).toEqual(['s_web']);
  await engine.removeNetwork('n1');
  // How ours asks whether a secret is still the same.
  await engine.updateSecret('x1', 1, { Name: 's_password', Labels: {} });
  expect(writes).toEqual(['createService s_web', 'removeNetwork n1']);
  expect(asked).toEqual({ services: [spec], networks: [], configs: [], secrets: [] });
});
