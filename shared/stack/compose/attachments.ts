import { z } from 'zod';
import { byKind } from './by-kind.ts';
import { named, section } from './section.ts';
import { Options, Text, Texts } from './texts.ts';

/** How a service is on one of its networks. */
export interface NetworkAttachment {
  aliases?: string[] | undefined;
  driver_opts?: Record<string, string> | undefined;
}

const Attachment = byKind({
  nothing: z.null().transform((): NetworkAttachment => ({})),
  mapping: section({
    aliases: Texts.optional(),
    driver_opts: Options.optional(),
    // Accepted and without effect, as with the CLI: a swarm chooses its tasks' addresses.
    ipv4_address: Text.optional(),
    ipv6_address: Text.optional(),
  }).transform(({ aliases, driver_opts }): NetworkAttachment => ({ aliases, driver_opts })),
});

/** A service's networks, by name. */
export const Attachments = byKind({
  list: Texts.transform(
    (names): Record<string, NetworkAttachment> => Object.fromEntries(names.map((name) => [name, {}])),
  ),
  mapping: named(Attachment),
});
