import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { External, isExternal, refuseTwoNames } from './external.ts';
import { section } from './section.ts';
import { SizeText } from './size.ts';
import { AnyTexts, Labels, Options, Text } from './texts.ts';

const Loose = section({}, { open: true });
const Topologies = byKind({
  list: z.array(section({ segments: Labels.optional() }, { open: true })),
});
/** For storage that a lab does not have; what it holds is looked at, as by the CLI, and goes nowhere. */
const ClusterSpec = section(
  {
    group: Text.optional(),
    access_mode: section(
      {
        scope: Text.optional(),
        sharing: Text.optional(),
        block_volume: Loose.optional(),
        mount_volume: section(
          { fs_type: Text.optional(), mount_flags: AnyTexts.optional() },
          { open: true },
        ).optional(),
      },
      { open: true },
    ).optional(),
    accessibility_requirements: section(
      { requisite: Topologies.optional(), preferred: Topologies.optional() },
      { open: true },
    ).optional(),
    capacity_range: section(
      { required_bytes: SizeText.optional(), limit_bytes: SizeText.optional() },
      { open: true },
    ).optional(),
    availability: Text.optional(),
  },
  { open: true },
);

const Volume = section(
  {
    name: Text.optional(),
    driver: Text.optional(),
    driver_opts: Options.optional(),
    external: External.optional(),
    labels: Labels.optional(),
    'x-cluster-spec': ClusterSpec.optional(),
  },
  { extensions: true },
).superRefine((volume, context) => {
  if (!isExternal(volume)) return;
  for (const key of ['driver', 'driver_opts', 'labels'] as const) {
    const given = volume[key];
    const empty = given === undefined || given === '' || Object.keys(given).length === 0;
    if (!empty) refuse(context, [key], 'an external volume is made elsewhere: leave it out');
  }
  refuseTwoNames(volume, context);
});

export const ComposeVolume = z.preprocess((given) => given ?? {}, Volume);
export type ComposeVolume = z.output<typeof ComposeVolume>;
