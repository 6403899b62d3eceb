import { isIP } from 'node:net';
import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { External, refuseTwoNames } from './external.ts';
import { section } from './section.ts';
import { Flag, Labels, Options, Text } from './texts.ts';

const Subnet = Text.superRefine((text, context) => {
  const [address = '', length = '', ...more] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)];
  const valid = most !== undefined && /^\d{1,3}$/.test(length) && Number(length) <= most && more.length === 0;
  if (!valid) refuse(context, [], `must be such as 10.9.0.0/24, not "${text}"`);
});

const Ipam = section({
  driver: Text.optional(),
  config: byKind({ list: z.array(section({ subnet: Subnet })) }).optional(),
});

/** Networks of one node, which no service can be on. */
const LOCAL_DRIVERS = ['bridge', 'host', 'null'];
const Driver = Text.superRefine((text, context) => {
  if (!LOCAL_DRIVERS.includes(text)) return;
  refuse(
    context,
    [],
    `a network of the driver ${text} is one node's own: leave the driver out, it is overlay then`,
  );
});

const Network = section(
  {
    name: Text.optional(),
    driver: Driver.optional(),
    driver_opts: Options.optional(),
    ipam: Ipam.optional(),
    external: External.optional(),
    internal: Flag.optional(),
    attachable: Flag.optional(),
    labels: Labels.optional(),
  },
  { extensions: true },
).superRefine(refuseTwoNames);

export const ComposeNetwork = z.preprocess((given) => given ?? {}, Network);
export type ComposeNetwork = z.output<typeof ComposeNetwork>;
