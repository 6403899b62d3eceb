import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../shared/ports/engine.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { removeStack } from '../../shared/stack/remove.ts';
import { eventually } from '../support/eventually.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';
import { NORMALISED, stackState } from '../support/stack-state.ts';

const STACK = 'equal';
const files = (folder: string) => {
  const directory = fileURLToPath(new URL(folder, import.meta.url));
  return readdirSync(directory).map((name) => join(directory, name));
};
const catalogue = files('../../shared/catalogue/stacks').map((directory) => join(directory, 'compose.yml'));

describe('against the real docker stack deploy', () => {
  let set: PlainEngines;
  let swarm: PlainEngine;

  beforeAll(async () => {
    set = await startPlainEngines(`slipway-equality-${process.pid}`, 1);
    swarm = set.engines[0] as PlainEngine;
    await swarm.engine.initSwarm({ advertiseAddress: swarm.address, nodeCertificateSeconds: 86_400 });
    // No task starts, so that a stack is gone as soon as it is removed.
    await swarm.docker('node', 'update', '--availability', 'drain', swarm.name);
    console.log(`not compared: ${NORMALISED.join(', ')}`);
  });
  afterAll(() => set.close());

  const byCommand = (file: string) =>
    swarm.docker('stack', 'deploy', '--resolve-image', 'never', '-d', '-c', file, STACK);
  const remove = () => eventually(() => removeStack(swarm.engine, STACK), 30);

  afterEach(remove);

  test.each([...catalogue, ...files('./stacks/accepted')])('%s comes out the same', async (file) => {
    const compose = readFileSync(file, 'utf8');
    await byCommand(file);
    const theirs = await stackState(swarm.http, STACK);
    await remove();
    await deployStack(swarm.engine, { name: STACK, compose });
    const ours = await stackState(swarm.http, STACK);
    expect(Object.keys(theirs.services).length).toBeGreaterThan(0);
    expect(ours).toEqual(theirs);

    await deployStack(readOnly(swarm.engine), { name: STACK, compose });
  });

  test('what the command deployed is left alone by ours', async () => {
    const [file = ''] = catalogue;
    await byCommand(file);
    await deployStack(readOnly(swarm.engine), { name: STACK, compose: readFileSync(file, 'utf8') });
  });

  test.each(files('./stacks/refused'))('%s is refused by both', async (file) => {
    await expect(byCommand(file)).rejects.toThrow();
    await remove();
    await expect(
      deployStack(swarm.engine, { name: STACK, compose: readFileSync(file, 'utf8') }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^(invalid_input|conflict)$/) });
    expect(await swarm.engine.services({ stack: STACK })).toEqual([]);
    expect(await swarm.engine.networks({ stack: STACK })).toEqual([]);
  });
});

/** Fails at the first write: what is as it should be is left alone. */
function readOnly(engine: Engine): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (/^(create|update|remove)/.test(String(name)))
        throw new Error(`${String(name)} of what has not changed`);
      const member = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
