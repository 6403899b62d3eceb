import { createApp } from '../../functions/api/app.ts';
import { listedAddresses } from '../../shared/service/host-addresses.ts';
import { issueToken } from '../../shared/service/tokens.ts';
import type { Ec2School } from './ec2-school.ts';

const HOUR_SECONDS = 3600;

/** Asks the product's own API, in process, as one instructor. @returns the answer's body; throws what was refused. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  // biome-ignore lint/suspicious/noExplicitAny: the API's answers, whose shapes have tests of their own
) => Promise<any>;

export function instructorOf({ deps, clock }: Pick<Ec2School, 'deps' | 'clock'>): Ask {
  const app = createApp(deps, {
    longPoll: false,
    remoteAddress: () => '203.0.113.7',
    hostAddresses: listedAddresses(deps),
  });
  return async (method, path, body) => {
    const caller = { subject: 'ines@school.example', role: 'instructor' as const };
    const { token } = await issueToken(deps, { ...caller, expiresInSeconds: HOUR_SECONDS });
    const response = await app.request(`/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as unknown;
    if (response.ok) return answer;
    throw new Error(`${method} ${path} at ${new Date(clock.now()).toISOString()}: ${JSON.stringify(answer)}`);
  };
}

/** Addresses of so many students. */
export function rosterOf(count: number, from = 1): { email: string }[] {
  return Array.from({ length: count }, (_, index) => ({ email: `student-${from + index}@school.example` }));
}
