import { z } from 'zod';
import { refuse } from './by-kind.ts';
import { External } from './networks.ts';
import { section } from './section.ts';
import { Labels, Options, Text } from './texts.ts';

const Volume = section(
  {
    name: Text.optional(),
    driver: Text.optional(),
    driver_opts: Options.optional(),
    external: External.optional(),
    labels: Labels.optional(),
  },
  { extensions: true },
).transform((volume, context) => {
  if (volume.external?.external !== true) return volume;
  for (const key of ['driver', 'driver_opts', 'labels'] as const) {
    const given = volume[key];
    const empty = given === undefined || given === '' || Object.keys(given).length === 0;
    if (!empty) refuse(context, [key], 'an external volume is made elsewhere: leave it out');
  }
  if (volume.external.name !== undefined && volume.name !== undefined) {
    refuse(context, ['external'], 'says a name, and so does name: keep name');
  }
  return volume;
});

export const ComposeVolume = z.preprocess((given) => given ?? {}, Volume);
export type ComposeVolume = z.output<typeof ComposeVolume>;
