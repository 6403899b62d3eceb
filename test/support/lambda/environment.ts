import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { z } from 'zod';

const BOOTSTRAP = new URL('./bootstrap.mjs', import.meta.url);
const Told = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ requestId: z.string(), result: z.string() }),
  z.object({ requestId: z.string(), error: z.string() }),
]);

/** An invocation that ended without an answer: the function threw, died, or was cut. */
export class FunctionError extends Error {
  readonly kind: 'thrown' | 'died' | 'timeout';
  constructor(kind: 'thrown' | 'died' | 'timeout', message: string) {
    super(message);
    this.kind = kind;
  }
}

/**
 * One process of a function, as Lambda's execution environment: it answers one event at a time, is cut at its timeout,
 * and stands still between two invocations.
 */
export class Environment {
  readonly #child: ChildProcess;
  readonly #ready: Promise<unknown>;
  #dead = false;

  /** @param say hears what it writes. */
  constructor(
    { node, bundle, env }: { node: string; bundle: string; env: Record<string, string> },
    say: (text: string) => void,
  ) {
    this.#child = fork(BOOTSTRAP, [bundle], {
      env,
      // One that stands still would outlive a test that was killed.
      execPath: 'setpriv',
      execArgv: ['--pdeathsig', 'KILL', node],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => say(data.toString()));
    this.#child.stderr?.on('data', (data: Buffer) => say(data.toString()));
    this.#child.once('exit', () => {
      this.#dead = true;
    });
    this.#ready = Promise.race([
      once(this.#child, 'message'),
      once(this.#child, 'exit').then(() => {
        throw new FunctionError('died', 'the function could not be loaded');
      }),
    ]);
    this.#ready.catch(() => {});
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** @throws FunctionError */
  async invoke(event: unknown, timeoutMs: number): Promise<unknown> {
    await this.#ready;
    this.#child.kill('SIGCONT');
    const requestId = randomUUID();
    const ended = new AbortController();
    const { signal } = ended;
    const timer = setTimeout(() => {
      ended.abort();
      this.kill();
    }, timeoutMs);
    const exit = once(this.#child, 'exit', { signal }).then(() => 'died' as const);
    const message = once(this.#child, 'message', { signal });
    try {
      this.#child.send({ event, requestId, deadline: Date.now() + timeoutMs });
      const outcome = await Promise.race([message, exit]);
      if (outcome === 'died') throw new FunctionError('died', 'the function’s process ended');
      const told = Told.parse(outcome[0]);
      if ('error' in told) throw new FunctionError('thrown', told.error);
      return 'result' in told ? JSON.parse(told.result) : undefined;
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new FunctionError('timeout', `Task timed out after ${timeoutMs / 1000} seconds`);
    } finally {
      clearTimeout(timer);
      ended.abort();
      await Promise.allSettled([exit, message]);
      this.#child.kill('SIGSTOP');
    }
  }

  kill(): void {
    this.#dead = true;
    this.#child.kill('SIGKILL');
  }
}
