import { z } from 'zod';
import { byKind } from './by-kind.ts';
import { DeploySection } from './deploy-section.ts';
import { Duration } from './duration.ts';
import { Healthcheck } from './healthcheck.ts';
import { Image } from './image.ts';
import { Mounts } from './mounts.ts';
import { Ports } from './ports.ts';
import { section } from './section.ts';
import { Command } from './shell-words.ts';
import { Flag, Labels, NamesAndValues, Options, Text, TextOrTexts, Texts } from './texts.ts';

const LATER = 'is not supported yet';
/** What the CLI refuses as well, with its own words for what to do. */
const REFUSED: Record<string, string> = {
  configs: `configs: ${LATER}`,
  credential_spec: LATER,
  env_file: `${LATER}: write the variables under environment`,
  secrets: `${LATER}: create the secret with the docker command`,
  extends: 'is not part of version 3: repeat what is shared, or use an anchor',
  volume_driver: 'is not part of version 3: give the driver under the top-level volumes',
  volumes_from: 'is not part of version 3: share a volume of the top-level volumes',
  cpu_quota: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpu_shares: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpus: 'is not part of version 3: use deploy.resources.limits.cpus',
  cpuset: 'is not part of version 3: use deploy.resources.limits.cpus',
  mem_limit: 'is not part of version 3: use deploy.resources.limits.memory',
  memswap_limit: 'is not part of version 3: use deploy.resources.limits.memory',
  scale: 'is not part of version 3: use deploy.replicas',
};

/** Keys that a swarm has no use for, and what they may hold: accepted, and without effect, as with the CLI. */
const IGNORED = {
  build: byKind({ text: z.string(), mapping: z.looseObject({}) }).optional(),
  cgroup_parent: Text.optional(),
  cgroupns_mode: Text.optional(),
  container_name: Text.optional(),
  depends_on: Texts.optional(),
  devices: Texts.optional(),
  domainname: Text.optional(),
  expose: byKind({ list: z.array(byKind({ text: z.string(), number: z.number() })) }).optional(),
  external_links: Texts.optional(),
  group_add: byKind({ list: z.array(byKind({ text: z.string(), number: z.number() })) }).optional(),
  ipc: Text.optional(),
  links: Texts.optional(),
  mac_address: Text.optional(),
  network_mode: Text.optional(),
  pid: byKind({ text: z.string(), nothing: z.null() }).optional(),
  privileged: Flag.optional(),
  security_opt: Texts.optional(),
  shm_size: byKind({ text: z.string(), number: z.number() }).optional(),
  tmpfs: TextOrTexts.optional(),
  userns_mode: Text.optional(),
};

/** `NAME: 1.2.3.4` or `NAME:1.2.3.4`, to the file of hosts' order: address, then name. */
const ExtraHosts = byKind({
  list: Texts,
  mapping: NamesAndValues.transform((hosts) =>
    Object.entries(hosts)
      .flatMap(([name, address]) => (address === null ? [] : [`${name}:${address}`]))
      .sort(),
  ),
}).transform((hosts) =>
  hosts.flatMap((host) => {
    const colon = host.indexOf(':');
    return colon < 0 ? [] : [`${host.slice(colon + 1)} ${host.slice(0, colon)}`];
  }),
);

const Integer = byKind({ number: z.number().refine(Number.isSafeInteger, 'must be a whole number') });
const Ulimits = byKind({
  mapping: z.record(
    z.string(),
    byKind({
      number: Integer.transform((both) => ({ soft: both, hard: both })),
      mapping: section({ soft: Integer, hard: Integer }),
    }),
  ),
});

const Attachment = byKind({
  nothing: z.null().transform(() => ({})),
  mapping: section({
    aliases: Texts.optional(),
    driver_opts: Options.optional(),
    // Accepted and without effect, as with the CLI: a swarm chooses its tasks' addresses.
    ipv4_address: Text.optional(),
    ipv6_address: Text.optional(),
  }),
});
interface NetworkAttachment {
  aliases?: string[] | undefined;
  driver_opts?: Record<string, string> | undefined;
}
const Attachments = byKind({
  list: Texts.transform(
    (names): Record<string, NetworkAttachment> => Object.fromEntries(names.map((name) => [name, {}])),
  ),
  mapping: z
    .record(z.string(), Attachment)
    .transform((networks): Record<string, NetworkAttachment> => networks),
});

export const ComposeService = section(
  {
    ...IGNORED,
    image: Image,
    cap_add: Texts.optional(),
    cap_drop: Texts.optional(),
    command: Command.optional(),
    deploy: DeploySection,
    dns: TextOrTexts.optional(),
    dns_search: TextOrTexts.optional(),
    entrypoint: Command.optional(),
    environment: NamesAndValues.optional(),
    extra_hosts: ExtraHosts.optional(),
    healthcheck: Healthcheck.optional(),
    hostname: Text.optional(),
    init: Flag.optional(),
    isolation: Text.optional(),
    labels: Labels.optional(),
    logging: section({ driver: Text.optional(), options: Options.optional() }).optional(),
    networks: Attachments.optional(),
    oom_score_adj: Integer.optional(),
    ports: Ports.optional(),
    read_only: Flag.optional(),
    restart: byKind({ text: z.string() }).optional(),
    stdin_open: Flag.optional(),
    stop_grace_period: Duration.optional(),
    stop_signal: Text.optional(),
    sysctls: Labels.optional(),
    tty: Flag.optional(),
    ulimits: Ulimits.optional(),
    user: Text.optional(),
    volumes: Mounts.optional(),
    working_dir: Text.optional(),
  },
  { refused: REFUSED, extensions: true },
);
export type ComposeService = z.output<typeof ComposeService>;
