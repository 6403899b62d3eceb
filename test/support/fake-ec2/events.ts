import { randomUUID } from 'node:crypto';

interface EventEnvelope {
  version: '0';
  id: string;
  source: 'aws.ec2';
  account: string;
  /** To the second, as EventBridge writes it. */
  time: string;
  region: string;
  resources: string[];
}

/** As EventBridge hands it to a target. Best effort, with an instance's id and never its tags. */
export type Ec2Event = EventEnvelope &
  (
    | {
        'detail-type': 'EC2 Instance State-change Notification';
        detail: { 'instance-id': string; state: string };
      }
    | {
        'detail-type': 'EC2 Spot Instance Interruption Warning';
        detail: { 'instance-id': string; 'instance-action': 'terminate' | 'stop' | 'hibernate' };
      }
  );

type EventContent = Ec2Event extends infer One
  ? One extends Ec2Event
    ? Pick<One, 'detail-type' | 'detail'>
    : never
  : never;

/** Keeps events until somebody takes them, and tells the listener at once. */
export class Events {
  readonly #account: string;
  readonly #region: string;
  readonly #listener: ((event: Ec2Event) => void) | undefined;
  #waiting: Ec2Event[] = [];

  constructor(account: string, region: string, listener: ((event: Ec2Event) => void) | undefined) {
    this.#account = account;
    this.#region = region;
    this.#listener = listener;
  }

  emit(content: EventContent, at: number): void {
    const instance = content.detail['instance-id'];
    const event: Ec2Event = {
      version: '0',
      id: randomUUID(),
      source: 'aws.ec2',
      account: this.#account,
      time: new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region: this.#region,
      resources: [`arn:aws:ec2:${this.#region}:${this.#account}:instance/${instance}`],
      ...content,
    };
    if (this.#listener === undefined) this.#waiting.push(event);
    else this.#listener(event);
  }

  /** Those that nobody took yet; none where a listener heard them. */
  take(): Ec2Event[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
