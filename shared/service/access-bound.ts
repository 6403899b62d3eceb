import { SlipwayError } from '../core/errors.ts';
import { accessRules, openPortRanges } from '../lab/access.ts';
import type { Lab } from '../lab/lab.ts';
import type { ApiDeps } from '../ports/deps.ts';

export type AccessDeps = Pick<ApiDeps, 'catalogue' | 'driver'>;

/**
 * Sees to it that no more is opened than the driver has rules for. What it knows of ports is read from Compose files: their
 * reader is loaded here, where there is a bound and more than one address.
 * @returns what refuses a lab as it is to be.
 */
export async function accessBound(
  { catalogue, driver }: AccessDeps,
  allowFrom: string[],
): Promise<(lab: { spec: Pick<Lab['spec'], 'stacks'>; status: Pick<Lab['status'], 'stacks'> }) => void> {
  const most = driver.mostAccessRules;
  if (most === undefined || !driver.enforcesAllowFrom || allowFrom.length < 2) return () => undefined;
  const { labPorts } = await import('../stack/lab-ports.ts');
  return ({ spec, status }) => {
    const ports = labPorts(catalogue, spec, status);
    if (accessRules(allowFrom, ports) <= most) return;
    const each = openPortRanges(ports).length;
    const message = `must hold at most ${Math.floor(most / each)} ranges here: each is opened for 22, 2376 and the ports that are published, which is ${each} rules, and a lab has room for ${most}; name fewer or wider ranges`;
    throw new SlipwayError('invalid_input', `allowFrom ${message}`, {
      issues: [{ pointer: '/allowFrom', message }],
      facts: { needed: accessRules(allowFrom, ports), allowed: most },
    });
  };
}
