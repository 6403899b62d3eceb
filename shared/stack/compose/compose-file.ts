import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { ComposeNetwork } from './networks.ts';
import { named, section } from './section.ts';
import { ComposeService } from './service.ts';
import { ComposeVolume } from './volumes.ts';

/** The newest minor version that the docker command knows. */
const NEWEST_MINOR = 13;

const Version = byKind({
  text: z.string().transform((text, context) => {
    const minor = /^3(?:\.(\d+))?$/.exec(text);
    if (minor === null) {
      refuse(context, [], `is "${text}"; a stack needs a Compose file of version 3: write version: "3.8"`);
    } else if (Number(minor[1] ?? 0) > NEWEST_MINOR) {
      refuse(context, [], `is "${text}"; the newest is "3.${NEWEST_MINOR}"`);
    }
    return text;
  }),
});

/** A student's three small machines hold far fewer; the course's largest stack has eight. */
const MOST_SERVICES = 200;

const LATER = 'is not supported yet';
const REFUSED: Record<string, string> = {
  configs: LATER,
  secrets: LATER,
  name: "a stack's name is given where it is deployed: leave it out",
  include: 'is not part of version 3',
};

/**
 * A Compose file of version 3, as far as a stack goes. What the CLI refuses is refused; what it passes over is passed
 * over. Values are read into the Engine's units: nanoseconds, bytes, billionths of a processor.
 */
export const ComposeFile = section(
  {
    version: Version.optional(),
    services: named(ComposeService, MOST_SERVICES),
    networks: named(ComposeNetwork).default({}),
    volumes: named(ComposeVolume).default({}),
  },
  { refused: REFUSED, extensions: true },
).transform((file, context) => {
  for (const [name, service] of Object.entries(file.services)) {
    for (const network of Object.keys(service.networks ?? {})) {
      if (network === 'default' || network in file.networks) continue;
      refuse(
        context,
        ['services', name, 'networks'],
        `names the network ${network}, which the top-level networks do not declare`,
      );
    }
    for (const [index, { type, source }] of (service.volumes ?? []).entries()) {
      if (type !== 'volume' || !source || source in file.volumes) continue;
      refuse(
        context,
        ['services', name, 'volumes', index],
        `names the volume ${source}, which the top-level volumes do not declare`,
      );
    }
  }
  return file;
});
export type ComposeFile = z.output<typeof ComposeFile>;
