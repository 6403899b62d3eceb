import { z } from 'zod';

/** One port of a service, in the Engine's words. */
export interface PortConfig {
  Protocol: 'tcp' | 'udp' | 'sctp';
  TargetPort: number;
  PublishedPort?: number;
  PublishMode: 'ingress' | 'host';
}

const SHORT = /^(?:(?:\[[0-9a-f:]+\]|\d+(?:\.\d+){3}):)?(?:(\d+)(?:-(\d+))?:)?(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i;

/** `"8080:80"`, `6379`, `"3000-3002:3000-3002/udp"`; an address before it is ignored, as the CLI does. */
const ShortPort = z.union([z.string(), z.number().int()]).transform((given, context): PortConfig[] => {
  const match = SHORT.exec(String(given));
  const [from, to, target, last] = (match?.slice(1, 5) ?? []).map((part) =>
    part === undefined ? undefined : Number(part),
  );
  const count = target === undefined ? 0 : (last ?? target) - target + 1;
  const published = from === undefined ? 0 : (to ?? from) - from + 1;
  const fits = count > 0 && (from === undefined || published === count);
  const inRange = [from, to, target, last].every((port) => port === undefined || (port > 0 && port < 65_536));
  if (target === undefined || !fits || !inRange) {
    context.addIssue(`must be a port such as "8080:80", "53:53/udp" or 6379, not "${given}"`);
    return z.NEVER;
  }
  const Protocol = (match?.[5]?.toLowerCase() ?? 'tcp') as PortConfig['Protocol'];
  return Array.from({ length: count }, (_, index) => ({
    Protocol,
    TargetPort: target + index,
    ...(from === undefined ? {} : { PublishedPort: from + index }),
    PublishMode: 'ingress',
  }));
});

const LongPort = z
  .strictObject({
    target: z.number().int().min(1).max(65_535),
    published: z.number().int().min(0).max(65_535).optional(),
    protocol: z.enum(['tcp', 'udp', 'sctp']).default('tcp'),
    mode: z.enum(['ingress', 'host']).default('ingress'),
  })
  .transform(({ target, published, protocol, mode }): PortConfig[] => [
    {
      Protocol: protocol,
      TargetPort: target,
      ...(published === undefined ? {} : { PublishedPort: published }),
      PublishMode: mode,
    },
  ]);

/** A service's `ports`, in the order the CLI sends them: by published port. */
export const Ports = z.array(z.union([ShortPort, LongPort])).transform((ports) => ports.flat());
