import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { section } from './section.ts';
import { Flag, Labels, Options, Text } from './texts.ts';

/** `true`, or the old `{name: …}`. */
export const External = byKind({
  boolean: z.boolean().transform((external) => ({ external, name: undefined })),
  mapping: section({ name: Text.optional() }).transform(({ name }) => ({ external: true, name })),
});

const Ipam = section({
  driver: Text.optional(),
  config: byKind({ list: z.array(section({ subnet: Text.optional() })) }).optional(),
});

const Network = section(
  {
    name: Text.optional(),
    driver: Text.optional(),
    driver_opts: Options.optional(),
    ipam: Ipam.optional(),
    external: External.optional(),
    internal: Flag.optional(),
    attachable: Flag.optional(),
    labels: Labels.optional(),
  },
  { extensions: true },
).transform((network, context) => {
  if (network.external?.name !== undefined && network.name !== undefined) {
    refuse(context, ['external'], 'says a name, and so does name: keep name');
  }
  return network;
});

export const ComposeNetwork = z.preprocess((given) => given ?? {}, Network);
export type ComposeNetwork = z.output<typeof ComposeNetwork>;
