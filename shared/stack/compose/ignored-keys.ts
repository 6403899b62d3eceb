import { z } from 'zod';
import { byKind } from './by-kind.ts';
import { section } from './section.ts';
import { Flag, Labels, NamesAndValues, Text, TextOrTexts, Texts } from './texts.ts';
import { refuseTwice } from './unique.ts';

const NumberOrText = byKind({ text: z.string(), number: z.union([z.number(), z.bigint()]) });
const Build = byKind({
  text: z.string(),
  mapping: section(
    {
      context: Text.optional(),
      dockerfile: Text.optional(),
      args: NamesAndValues.optional(),
      labels: Labels.optional(),
      cache_from: Texts.optional(),
      network: Text.optional(),
      target: Text.optional(),
      shm_size: NumberOrText.optional(),
      extra_hosts: NamesAndValues.optional(),
    },
    { open: true },
  ),
});

/** Keys of a service that a swarm has no use for, and what they may hold: read, and without effect, as with the CLI. */
export const IGNORED = {
  build: Build.optional(),
  cgroup_parent: Text.optional(),
  cgroupns_mode: Text.optional(),
  container_name: Text.optional(),
  depends_on: Texts.optional(),
  devices: Texts.optional(),
  domainname: Text.optional(),
  expose: byKind({
    list: z.array(z.unknown()).superRefine(refuseTwice).pipe(z.array(NumberOrText)),
  }).optional(),
  external_links: Texts.optional(),
  ipc: Text.optional(),
  links: Texts.optional(),
  mac_address: Text.optional(),
  network_mode: Text.optional(),
  pid: byKind({ text: z.string(), nothing: z.null() }).optional(),
  privileged: Flag.optional(),
  security_opt: Texts.optional(),
  shm_size: Text.optional(),
  tmpfs: TextOrTexts.optional(),
  userns_mode: Text.optional(),
};
