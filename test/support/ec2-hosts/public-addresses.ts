import { ADDRESS_LABEL, DEPLOYMENT_LABEL } from '../../../shared/adapters/docker/labels.ts';
import { outerDocker } from '../docker-cli.ts';

/**
 * The way from this machine to instances' public addresses, which no interface has: a route to the private address, where
 * it is translated. Routes go with their network's bridge, so that nothing stays of a run that was killed.
 */
export class PublicAddresses {
  readonly #deployment: string;
  readonly #image: string;
  readonly #routes = new Map<string, string>();
  #given = 0;
  #router: Promise<string> | undefined;

  /** @param image any that has `ip` */
  constructor(deployment: string, image: string) {
    this.#deployment = deployment;
    this.#image = image;
  }

  /** One of 198.18.0.0/15, which is for tests (RFC 2544), that none of this deployment had before. */
  next(): string {
    this.#given += 1;
    // Another process on this machine has another /24.
    const block = process.pid % 512;
    return `198.${18 + (block >> 8)}.${block & 255}.${this.#given}`;
  }

  async open(instanceId: string, publicAddress: string, privateAddress: string): Promise<void> {
    this.#routes.set(instanceId, publicAddress);
    await this.#route('replace', publicAddress, 'via', privateAddress);
  }

  async shut(instanceId: string): Promise<void> {
    const address = this.#routes.get(instanceId);
    this.#routes.delete(instanceId);
    if (address !== undefined) await this.#route('del', address);
  }

  async close(): Promise<void> {
    const router = await this.#router;
    if (router !== undefined) await outerDocker('rm', '--force', '--volumes', router);
  }

  /** In the machine's own network, by a container: who runs the tests need not be root. */
  async #route(...words: string[]): Promise<void> {
    this.#router ??= this.#open();
    await outerDocker('exec', await this.#router, 'ip', 'route', ...words);
  }

  #open(): Promise<string> {
    const labels = [`${DEPLOYMENT_LABEL}=${this.#deployment}`, `${ADDRESS_LABEL}=public`];
    return outerDocker(
      ...['run', '--detach', '--init', '--network', 'host', '--cap-add', 'NET_ADMIN'],
      ...labels.flatMap((label) => ['--label', label]),
      ...['--entrypoint', 'sleep', this.#image, 'infinity'],
    );
  }
}
