import type { z } from 'zod';
import { Attachments } from './attachments.ts';
import { CredentialSpec } from './credential-spec.ts';
import { DeploySection } from './deploy-section.ts';
import { AnyDuration } from './duration.ts';
import { ExtraHosts } from './extra-hosts.ts';
import { FileReferences } from './file-references.ts';
import { Healthcheck } from './healthcheck.ts';
import { IGNORED } from './ignored-keys.ts';
import { Image } from './image.ts';
import { Mounts } from './mounts.ts';
import { Integer } from './numbers.ts';
import { Ports } from './ports.ts';
import { RestartText, refuseRestart } from './restart.ts';
import { section } from './section.ts';
import { refuseSamePort, refuseSameTarget } from './service-checks.ts';
import { Command } from './shell-words.ts';
import { Flag, Labels, LooseOptions, NamesAndValues, Text, TextOrTexts, Texts } from './texts.ts';
import { Ulimits } from './ulimits.ts';

/** What the CLI refuses as well, with our words for what to do. */
const REFUSED: Record<string, string> = {
  extends: 'is not part of version 3: repeat what is shared, or use an anchor',
  volume_driver: 'is not part of version 3: give the driver under the top-level volumes',
  volumes_from: 'is not part of version 3: share a volume of the top-level volumes',
  cpu_quota: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpu_shares: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpus: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpuset: 'is not part of version 3: use deploy.resources.limits.cpus',
  mem_limit: 'is not part of version 3: use deploy.resources.limits.memory',
  memswap_limit: 'is not part of version 3: use deploy.resources.limits.memory',
  mem_reservation: 'is not part of version 3: use deploy.resources.reservations.memory',
  pids_limit: 'is not part of version 3: use deploy.resources.limits.pids',
  scale: 'is not part of version 3: use deploy.replicas',
  profiles: 'is not part of version 3: a stack has all of its services',
  platform: 'is not part of version 3: use deploy.placement.constraints, node.platform.arch == x86_64',
  pull_policy: 'is not part of version 3: leave it out',
  runtime: 'is not part of version 3: leave it out',
  group_add: 'is not part of version 3: give the group after user, as in user: "1000:999"',
};

export const ComposeService = section(
  {
    ...IGNORED,
    image: Image,
    cap_add: Texts.optional(),
    cap_drop: Texts.optional(),
    command: Command.optional(),
    configs: FileReferences.optional(),
    credential_spec: CredentialSpec.optional(),
    deploy: DeploySection,
    dns: TextOrTexts.optional(),
    dns_search: TextOrTexts.optional(),
    entrypoint: Command.optional(),
    env_file: TextOrTexts.optional(),
    environment: NamesAndValues.optional(),
    extra_hosts: ExtraHosts.optional(),
    healthcheck: Healthcheck.optional(),
    hostname: Text.optional(),
    init: Flag.optional(),
    isolation: Text.optional(),
    labels: Labels.optional(),
    logging: section({ driver: Text.optional(), options: LooseOptions.optional() }).optional(),
    networks: Attachments.optional(),
    oom_score_adj: Integer.optional(),
    ports: Ports.optional(),
    read_only: Flag.optional(),
    restart: RestartText.optional(),
    secrets: FileReferences.optional(),
    stdin_open: Flag.optional(),
    stop_grace_period: AnyDuration.optional(),
    stop_signal: Text.optional(),
    sysctls: Labels.optional(),
    tty: Flag.optional(),
    ulimits: Ulimits.optional(),
    user: Text.optional(),
    volumes: Mounts.optional(),
    working_dir: Text.optional(),
  },
  { refused: REFUSED, extensions: true },
)
  .superRefine(refuseRestart)
  .superRefine(refuseSamePort)
  .superRefine(refuseSameTarget);
export type ComposeService = z.output<typeof ComposeService>;
