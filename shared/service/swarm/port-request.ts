import { z } from 'zod';
import type { PortConfig } from '../../ports/engine.ts';
import { readShortPort } from '../../stack/compose/ports.ts';
import { withoutUnset } from '../../stack/convert/without-unset.ts';

const MOST_PORTS = 20;
const FORMS = 'must be a port such as "8080:80", "53:53/udp" or "80"';

const number = z.int().min(1).max(65_535);

const PortText = z
  .string()
  .max(40)
  .transform((text, context): PortConfig[] => {
    const ports = readShortPort(text);
    const usable =
      ports !== undefined && ports.length <= MOST_PORTS && ports.every(({ TargetPort }) => TargetPort > 0);
    if (usable) return ports;
    const words = ports !== undefined && ports.length > MOST_PORTS ? `: ${MOST_PORTS} at most` : '';
    context.addIssue({ code: 'custom', message: `${FORMS}${words}` });
    return z.NEVER;
  });

const PortNumber = number.transform((port): PortConfig[] => [
  { Protocol: 'tcp', TargetPort: port, PublishMode: 'ingress' },
]);

const PortObject = z
  .strictObject({
    target: number.describe('Inside the container'),
    published: number.optional().describe('On the nodes; the swarm chooses one where left out'),
    protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp'),
    mode: z
      .enum(['ingress', 'host'])
      .default('ingress')
      .describe('host: on the nodes that run a task, past the mesh'),
  })
  .transform(({ target, published, protocol, mode }): PortConfig[] => [
    withoutUnset({ Protocol: protocol, TargetPort: target, PublishedPort: published, PublishMode: mode }),
  ]);

/** What a service publishes, as `docker service create --publish` takes it, or by its parts. */
export const Ports = z
  .array(z.union([PortText, PortNumber, PortObject]))
  .max(MOST_PORTS)
  .transform((ports) => ports.flat())
  .refine((ports) => ports.length <= MOST_PORTS, `must be ${MOST_PORTS} ports at most, ranges counted`)
  .describe('"8080:80", "53:53/udp", 80, or {target, published, protocol, mode}');
