import type { Account } from '../account.ts';
import { actionOf } from '../actions.ts';
import type { Answer, Work } from './answer.ts';
import { Form } from './form.ts';
import { Ec2Refusal } from './refusal.ts';
import { writeAnswer, writeError } from './xml.ts';

const VERSION = '2016-11-15';
const XML = 'text/xml;charset=UTF-8';

/** The EC2 Query protocol: form-encoded requests, XML answers. */
export function ec2Work(account: Account, parameters: Record<string, string>, requestId: string): Work {
  return {
    contentType: XML,
    refuse: (code, message, status) => ec2Error(requestId, code, message, status),
    carryOut() {
      const { Action: name = '', Version: version = '', ...rest } = parameters;
      if (version !== VERSION) {
        throw new Ec2Refusal(
          'NoSuchVersion',
          `The requested version (${version}) of service AmazonEC2 does not exist`,
        );
      }
      const action = actionOf(name, rest);
      if (action === undefined) {
        throw new Ec2Refusal('InvalidAction', `The action ${name} is not valid for this web service.`);
      }
      account.limits.takeRequest(name, Object.keys(rest), account.now());
      const form = Form.parse(Object.entries(rest));
      const dryRun = form.boolean('DryRun') ?? false;
      const run = action(form);
      const [unknown] = form.unread();
      if (unknown !== undefined) {
        throw new Ec2Refusal('UnknownParameter', `The parameter ${unknown} is not recognized`);
      }
      if (dryRun) {
        throw new Ec2Refusal('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
      }
      return writeAnswer(name, requestId, run(account));
    },
  };
}

export function ec2Error(requestId: string, code: string, message: string, status: number): Answer {
  return { status, headers: { 'Content-Type': XML }, body: writeError(requestId, code, message) };
}
