import { z } from 'zod';
import { enrol, reportEnrolmentFailure } from '../../../shared/service/enrol.ts';
import { bearerOf } from '../auth.ts';
import { operate } from '../operate.ts';
import type { Api, Input, RawBody } from '../operation.ts';

const LIMIT_BYTES = 16 * 1024;

const Whose = z.strictObject({
  lab: z.string().describe('The lab’s id'),
  machine: z.string().describe('The machine’s name'),
  address: z.string().max(64).optional().describe('What the host takes for its address; told, not believed'),
});

/** What a host calls at every boot, with its own token. */
export function addEnrolRoutes(api: Api): void {
  const { options } = api;
  const deps = { ...api.deps, hostAddresses: options.hostAddresses };
  const callerOf = ({
    query,
    context,
  }: Pick<Input<'machine', z.ZodType, typeof Whose, z.ZodType>, 'query' | 'context'>) => {
    const sourceAddress = options.remoteAddress(context)?.replace(/^::ffff:/i, '');
    return {
      labId: query.lab,
      machine: query.machine,
      token: bearerOf(context),
      ...(sourceAddress === undefined ? {} : { sourceAddress }),
    };
  };

  operate(
    api,
    {
      method: 'post',
      path: '/v1/enrol',
      id: 'enrol',
      tag: 'Hosts',
      summary: 'A host has its key signed',
      access: 'machine',
      query: Whose,
      rawBody: { types: ['application/pkcs10'], limitBytes: LIMIT_BYTES },
      answers: {
        200: {
          description: 'Its server certificate, then the lab’s CA',
          content: { 'application/x-pem-file': z.string() },
        },
      },
      refuses: ['rate_limited', 'driver_failed'],
    },
    async (input) => {
      const pem = await enrol(deps, { ...callerOf(input), csr: textOf(input.raw) });
      return input.context.body(pem, 200, { 'Content-Type': 'application/x-pem-file' });
    },
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/enrol/failure',
      id: 'reportEnrolmentFailure',
      tag: 'Hosts',
      summary: 'A host tells why its boot failed',
      access: 'machine',
      query: Whose,
      rawBody: { types: ['text/plain'], limitBytes: LIMIT_BYTES },
      answers: { 204: { description: 'Noted in the lab’s timeline' } },
      refuses: ['rate_limited'],
    },
    async (input) => {
      await reportEnrolmentFailure(deps, { ...callerOf(input), message: textOf(input.raw) });
      return input.context.body(null, 204);
    },
  );
}

function textOf(raw: RawBody | undefined): string {
  return raw?.bytes.toString('utf8') ?? '';
}
