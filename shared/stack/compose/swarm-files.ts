import type { z } from 'zod';
import { refuse } from './by-kind.ts';
import { isExternal, OpenExternal, refuseTwoNames } from './external.ts';
import { section } from './section.ts';
import { Labels, Options, Text } from './texts.ts';

const COMMON = {
  name: Text.optional(),
  file: Text.optional(),
  external: OpenExternal.optional(),
  labels: Labels.optional(),
  template_driver: Text.optional(),
};
const REFUSED = {
  content: 'is not part of version 3: write it to a file, name it under file and send it with the request',
  environment:
    'is not part of version 3: write it to a file, name it under file and send it with the request',
};

/** A secret of the top level. One that is external may have a file too, which the CLI passes over. */
export const ComposeSecret = section(
  { ...COMMON, driver: Text.optional(), driver_opts: Options.optional() },
  { extensions: true, refused: REFUSED },
).superRefine((secret, context) => {
  refuseTwoNames(secret, context);
  if (!isExternal(secret) && secret.driver && secret.file) {
    refuse(context, ['file'], 'a driver holds it already: keep one of the two');
  }
});
export type ComposeSecret = z.output<typeof ComposeSecret>;

export const ComposeConfig = section(COMMON, { extensions: true, refused: REFUSED }).superRefine(
  refuseTwoNames,
);
export type ComposeConfig = z.output<typeof ComposeConfig>;
