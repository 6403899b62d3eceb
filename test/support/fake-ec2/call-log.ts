export type ServiceName = 'ec2' | 'ssm' | 'servicequotas';

/** One request as it came and what became of it. */
export interface Call {
  /** Milliseconds since the epoch, by the fake's clock. */
  at: number;
  service: ServiceName;
  action: string;
  /** As they stood in the request; user data and parameters' values only as their length. */
  parameters: Record<string, string>;
  /** HTTP status of the answer; 0 while there is none, and where the connection was cut. */
  status: number;
  /** The error's code; undefined where all went well. */
  code: string | undefined;
  /** Was it carried out, whatever the caller was told? */
  carriedOut: boolean;
}

/** What is too long or too secret to keep. */
const LENGTH_ONLY = ['UserData', 'Value'];

export class CallLog {
  readonly #calls: Call[] = [];

  start(at: number, service: ServiceName, action: string, parameters: Record<string, string>): Call {
    const kept = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        LENGTH_ONLY.includes(name) ? `(${value.length} characters)` : value,
      ]),
    );
    const call: Call = {
      at,
      service,
      action,
      parameters: kept,
      status: 0,
      code: undefined,
      carriedOut: false,
    };
    this.#calls.push(call);
    return call;
  }

  all(action?: string): Call[] {
    return action === undefined ? [...this.#calls] : this.#calls.filter((call) => call.action === action);
  }

  throttled(): Call[] {
    return this.#calls.filter(({ code }) => code === 'RequestLimitExceeded');
  }
}
