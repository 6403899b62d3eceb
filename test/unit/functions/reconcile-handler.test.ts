import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { createReconcileHandler, type ReconcileWork } from '../../../functions/reconcile/create-handler.ts';
import { readMessage } from '../../../functions/reconcile/read-message.ts';
import { createLog } from '../../../shared/core/log.ts';
import { lambdaContext, queueEvent } from '../../support/lambda-events.ts';

let done: string[];
let lines: string[];
let broken: Set<string>;
let work: ReconcileWork;
beforeEach(() => {
  done = [];
  lines = [];
  broken = new Set();
  const act = async (what: string) => {
    if (broken.has(what)) throw new Error(`${what} is broken`);
    done.push(what);
  };
  work = {
    log: createLog('debug', (line) => lines.push(line)),
    reconcile: (labId) => act(labId),
    labOfInstance: async (id) => (id === 'i-0123456789abcdef0' ? 'lab-of-it' : undefined),
    sweep: () => act('sweep'),
    checkHealth: () => act('health'),
  };
});

const lab = (labId: string) => JSON.stringify({ labId });
const run = (bodies: string[], left?: () => number) =>
  createReconcileHandler(work)(queueEvent(...bodies), lambdaContext(left));

describe('a batch of messages', () => {
  test('is labs, instances of labs, and the sweep', async () => {
    const answer = await run([
      lab('a'),
      JSON.stringify({ instanceId: 'i-0123456789abcdef0' }),
      JSON.stringify({ task: 'sweep' }),
    ]);
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(['a', 'lab-of-it', 'sweep']);
  });

  test('drops what is none of ours, and says so without its words', async () => {
    const strange = [
      JSON.stringify({ instanceId: 'i-0ffffffffffffffff' }),
      '{"labId":"a","secret":"hunter2"}',
      'not json',
    ];
    expect(await run(strange)).toEqual({ batchItemFailures: [] });
    expect(done).toEqual([]);
    expect(lines.filter((line) => line.includes('none of ours'))).toHaveLength(2);
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('has only those come again that failed', async () => {
    broken.add('b');
    const { batchItemFailures } = await run([lab('a'), lab('b'), lab('c')]);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
    expect(done).toEqual(['a', 'c']);
    expect(lines.join('')).toContain('b is broken');
  });

  test('is an error of the function, which its alarm counts, when all of it failed', async () => {
    broken.add('a');
    await expect(run([lab('a')])).rejects.toThrow('a is broken');
  });

  test('begins nothing that it has no time for', async () => {
    let left = 30_000;
    work.reconcile = async (labId) => {
      done.push(labId);
      left = 9_000;
    };
    const { batchItemFailures } = await run([lab('a'), lab('b'), lab('c')], () => left);
    expect(done).toEqual(['a']);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }]);
  });

  test('begins its first message however little time is left, or none would ever be done', async () => {
    const { batchItemFailures } = await run([lab('a'), lab('b')], () => 5_000);
    expect(done).toEqual(['a']);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }]);
  });

  test('names what was in hand before the runtime cuts it', async () => {
    work.reconcile = () => new Promise((resolve) => setTimeout(resolve, 60));
    await run([lab('slow')], () => 1_010);
    expect(lines.join('')).toMatch(/not done in time/);
    expect(lines.join('')).toContain('slow');
  });
});

describe('a heartbeat', () => {
  test('fails where the function could not work', async () => {
    const handler = createReconcileHandler(work);
    expect(await handler({ task: 'heartbeat' }, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(done).toEqual(['health']);
    broken.add('health');
    await expect(handler({ task: 'heartbeat' }, lambdaContext())).rejects.toThrow();
  });
});

describe('the body of a message', () => {
  test('is what was sent', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^([a-z0-9]{1,64}|class\/[a-z0-9]{1,63})$/), (labId) => {
        expect(readMessage(JSON.stringify({ labId }))).toEqual({ labId });
      }),
    );
  });

  test('is nothing where it is anything else, and never an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const message = readMessage(body);
        if (message !== undefined) expect(Object.keys(message)).toHaveLength(1);
      }),
    );
    for (const body of [
      '{"labId":""}',
      `{"labId":"${'a'.repeat(81)}"}`,
      '{"labId":1}',
      '{"task":"sweep","labId":"a"}',
      '{"task":"heartbeat"}',
      '{"instanceId":"i-x; rm"}',
      '[]',
      'null',
    ])
      expect(readMessage(body)).toBeUndefined();
  });
});
