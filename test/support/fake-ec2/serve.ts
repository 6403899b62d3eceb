import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Account } from './account.ts';
import type { Call, CallLog, ServiceName } from './call-log.ts';
import type { Fault, Faults } from './faults.ts';
import { JsonRefusal } from './json/service.ts';
import type { Answer, Work } from './wire/answer.ts';
import { ec2Error, ec2Work } from './wire/ec2-query.ts';
import { jsonError, jsonWork, targetOf } from './wire/json-target.ts';
import { Ec2Refusal } from './wire/refusal.ts';
import { signatureFault } from './wire/signature.ts';

interface Served {
  account: Account;
  log: CallLog;
  faults: Faults;
}

/** One request of any of the services. @returns undefined where the connection is to be cut. */
export async function serve(
  served: Served,
  headers: IncomingHttpHeaders,
  body: string,
): Promise<Answer | undefined> {
  const requestId = randomUUID();
  const answer = await answerTo(served, headers, body, requestId);
  return answer && { ...answer, headers: { ...answer.headers, 'x-amzn-RequestId': requestId } };
}

async function answerTo(
  { account, log, faults }: Served,
  headers: IncomingHttpHeaders,
  body: string,
  requestId: string,
): Promise<Answer | undefined> {
  const { service, action, parameters, work } = readRequest(account, headers, body, requestId);
  const unsigned = signatureFault(headers, service, account.region);
  if (unsigned !== undefined) return work.refuse(unsigned.code, unsigned.message, unsigned.status);

  const call = log.start(account.now(), service, action, parameters);
  const fault = faults.takeFault(action);
  const hang = faults.takeHang(action);
  if (fault !== undefined && fault.when !== 'after') return fail(call, work, fault);
  if (hang?.when === 'before') await hang.released;
  const answer = carryOut(account, work, call);
  if (hang?.when === 'after') await hang.released;
  if (fault !== undefined) return fail(call, work, fault);
  call.status = answer.status;
  return answer;
}

function readRequest(account: Account, headers: IncomingHttpHeaders, body: string, requestId: string) {
  const header = String(headers['x-amz-target'] ?? '');
  const target = targetOf(header);
  if (target !== undefined) {
    return { ...target, parameters: textsIn(body), work: jsonWork(account, header, body) };
  }
  const parameters = Object.fromEntries(new URLSearchParams(body));
  const service: ServiceName = 'ec2';
  return {
    service,
    action: parameters.Action ?? '',
    parameters,
    work: ec2Work(account, parameters, requestId),
  };
}

function carryOut(account: Account, work: Work, call: Call): Answer {
  try {
    account.advance();
    const body = work.carryOut();
    call.carriedOut = true;
    return { status: 200, headers: { 'Content-Type': work.contentType }, body };
  } catch (error) {
    if (!(error instanceof Ec2Refusal || error instanceof JsonRefusal)) throw error;
    call.code = error.code;
    return work.refuse(error.code, error.message, error.status);
  }
}

function fail(call: Call, work: Work, fault: Fault): Answer | undefined {
  const {
    code = 'InternalError',
    message = 'An internal error has occurred',
    status = 500,
    cut = false,
  } = fault;
  call.code = code;
  if (cut) return undefined;
  call.status = status;
  return work.refuse(code, message, status);
}

/** A fault of the fake itself, which no test may take for one of AWS. */
export function brokenAnswer(headers: IncomingHttpHeaders, error: unknown): Answer {
  const words = `the fake itself broke: ${error instanceof Error ? error.stack : error}`;
  return headers['x-amz-target'] === undefined
    ? ec2Error(randomUUID(), 'FakeEc2Broke', words, 500)
    : jsonError('FakeEc2Broke', words, 500);
}

function textsIn(body: string): Record<string, string> {
  const input: unknown = body === '' ? {} : JSON.parse(body);
  return Object.fromEntries(
    Object.entries(input ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
