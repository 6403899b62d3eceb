import type { Call } from './call-log.ts';
import { type RuleWish, readPermissions } from './groups/read-permissions.ts';
import { Form } from './wire/form.ts';
import { Ec2Refusal } from './wire/refusal.ts';

export interface AuthorizeCall {
  call: Call;
  groupId: string | undefined;
  direction: 'ingress' | 'egress';
  /** What it asked to open, whether it was done or not; empty where that could not even be read. */
  rules: RuleWish[];
}

/** Every request to open something, done or refused, so that a test can say that port 22 was never asked for. */
export function authorizeCalls(calls: Call[]): AuthorizeCall[] {
  return calls.flatMap((call) => {
    const [, direction] = /^AuthorizeSecurityGroup(Ingress|Egress)$/.exec(call.action) ?? [];
    if (direction === undefined) return [];
    const egress = direction === 'Egress';
    return [
      {
        call,
        groupId: call.parameters.GroupId,
        direction: egress ? ('egress' as const) : ('ingress' as const),
        rules: readable(() => readPermissions(Form.parse(Object.entries(call.parameters)), egress)),
      },
    ];
  });
}

function readable(read: () => RuleWish[]): RuleWish[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof Ec2Refusal) return [];
    throw error;
  }
}
