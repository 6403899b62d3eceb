import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { firstAbort } from '../../../shared/core/first-abort.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('the first abort', () => {
  test('is the deadline’s, whatever garbage was collected meanwhile', async () => {
    const signal = firstAbort([new AbortController().signal, undefined], { afterMilliseconds: 80 });
    await wait(20);
    collectGarbage();
    await wait(150);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('is the deadline’s for who only listens', async () => {
    let reason: unknown;
    const listen = () => {
      const signal = firstAbort([undefined], { afterMilliseconds: 80 });
      signal.addEventListener('abort', () => {
        reason = signal.reason;
      });
    };
    listen();
    await wait(20);
    collectGarbage();
    await wait(150);
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  });

  test('leaves no listener on a signal that lives longer', () => {
    const { signal } = new AbortController();
    for (let time = 0; time < 20; time += 1) firstAbort([signal], { afterMilliseconds: 30_000 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('is that of a signal, with its reason, and the last', async () => {
    const [one, other] = [new AbortController(), new AbortController()];
    const signal = firstAbort([one.signal, other.signal], { afterMilliseconds: 20 });
    other.abort('enough');
    one.abort('too late');
    await wait(60);
    expect(signal.reason).toBe('enough');
  });

  test('was before, where one had aborted already', () => {
    expect(firstAbort([undefined, AbortSignal.abort('gone')], { afterMilliseconds: 5 }).reason).toBe('gone');
  });

  test('never comes where nobody may say it', async () => {
    const signal = firstAbort([undefined]);
    await wait(20);
    expect(signal.aborted).toBe(false);
  });
});
