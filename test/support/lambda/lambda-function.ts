import { Environment, FunctionError } from './environment.ts';

export interface LambdaOptions {
  name: string;
  /** What runs it; default the Node that runs us. */
  node?: string;
  /** The built bundle, absolute. */
  bundle: string;
  /** Asked for each new environment. */
  env: () => Record<string, string>;
  /** Default 30. */
  timeoutSeconds?: number;
  /** Environments at once; who comes when all are busy waits. */
  concurrency: number;
}

/** How many of its last lines a function's log keeps. */
const LOG_LINES = 4000;

/** A function: its environments, started when they are needed and used again. */
export class LambdaFunction {
  readonly #options: LambdaOptions;
  readonly #idle: Environment[] = [];
  readonly #all = new Set<Environment>();
  readonly #waiting: ((environment: Environment) => void)[] = [];
  /** What its processes wrote, oldest first. */
  readonly log: string[] = [];
  /** Every invocation that failed, in words. */
  readonly errors: string[] = [];
  invocations = 0;
  coldStarts = 0;

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  /** @throws FunctionError */
  async invoke(event: unknown): Promise<unknown> {
    const { timeoutSeconds = 30, name } = this.#options;
    this.invocations += 1;
    const environment = await this.#take();
    try {
      return await environment.invoke(event, timeoutSeconds * 1000);
    } catch (error) {
      if (error instanceof FunctionError) this.errors.push(`${name}: ${error.kind}: ${error.message}`);
      throw error;
    } finally {
      this.#giveBack(environment);
    }
  }

  close(): void {
    for (const environment of this.#all) environment.kill();
  }

  #take(): Environment | Promise<Environment> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#options.concurrency) return this.#start();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(environment: Environment): void {
    if (environment.isDead) this.#all.delete(environment);
    const next = this.#waiting.shift();
    const good = environment.isDead ? undefined : environment;
    if (next !== undefined) next(good ?? this.#start());
    else if (good !== undefined) this.#idle.push(good);
  }

  #start(): Environment {
    this.coldStarts += 1;
    const { node = process.execPath, bundle, env } = this.#options;
    const environment = new Environment({ node, bundle, env: env() }, (text) => {
      this.log.push(...text.split('\n').filter((line) => line !== ''));
      this.log.splice(0, this.log.length - LOG_LINES);
    });
    this.#all.add(environment);
    return environment;
  }
}
