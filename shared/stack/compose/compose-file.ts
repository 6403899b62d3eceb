import type { z } from 'zod';
import { ComposeNetwork } from './networks.ts';
import { named, section } from './section.ts';
import { ComposeService } from './service.ts';
import { ComposeConfig, ComposeSecret } from './swarm-files.ts';
import { Version } from './version.ts';
import { ComposeVolume } from './volumes.ts';

/** A student's three small machines hold far fewer; the course's largest stack has eight. */
const MOST_SERVICES = 200;
const most = MOST_SERVICES;

const REFUSED: Record<string, string> = {
  name: "a stack's name is given where it is deployed: leave it out",
  include: 'is not part of version 3',
};

/**
 * A Compose file of version 3, as far as a stack goes. What the CLI refuses is refused; what it passes over is passed
 * over. Values are read into the Engine's units: nanoseconds, bytes, billionths of a processor.
 */
export const ComposeFile = section(
  {
    version: Version,
    services: named(ComposeService, { most }).default({}),
    networks: named(ComposeNetwork, { most, anyName: true }).default({}),
    volumes: named(ComposeVolume, { most }).default({}),
    secrets: named(ComposeSecret, { most }).default({}),
    configs: named(ComposeConfig, { most }).default({}),
  },
  { refused: REFUSED, extensions: true },
);
export type ComposeFile = z.output<typeof ComposeFile>;
