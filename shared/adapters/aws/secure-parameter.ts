import { GetParameterCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { SlipwayError } from '../../core/errors.ts';

/** One SecureString of SSM's Parameter Store, under the account's own key `aws/ssm`, which costs nothing. */
export class SecureParameter {
  readonly #ssm: SSMClient;
  readonly #name: string;

  constructor(ssm: SSMClient, name: string) {
    this.#ssm = ssm;
    this.#name = name;
  }

  /** @throws SlipwayError `store_unavailable`. */
  async read(): Promise<string | undefined> {
    try {
      const command = new GetParameterCommand({ Name: this.#name, WithDecryption: true });
      return (await this.#ssm.send(command)).Parameter?.Value;
    } catch (error) {
      if ((error as Error).name === 'ParameterNotFound') return undefined;
      throw this.#told('read', error);
    }
  }

  /** Of several that put at once, the first one's is kept. @returns whether it is ours. */
  async putIfAbsent(value: string): Promise<boolean> {
    try {
      await this.#put(value, false);
      return true;
    } catch (error) {
      if ((error as Error).name === 'ParameterAlreadyExists') return false;
      throw this.#told('written', error);
    }
  }

  async replace(value: string): Promise<void> {
    try {
      await this.#put(value, true);
    } catch (error) {
      throw this.#told('written', error);
    }
  }

  async #put(value: string, Overwrite: boolean): Promise<void> {
    await this.#ssm.send(
      new PutParameterCommand({ Name: this.#name, Value: value, Type: 'SecureString', Overwrite }),
    );
  }

  /** Never the SDK's own error: it holds the request, and that the value. */
  #told(done: string, error: unknown): SlipwayError {
    const { name } = error as Error;
    return new SlipwayError(
      'store_unavailable',
      `the SSM parameter ${this.#name} cannot be ${done} now: ${name}`,
    );
  }
}
