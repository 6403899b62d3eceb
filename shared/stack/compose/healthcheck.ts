import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Duration } from './duration.ts';
import { section } from './section.ts';
import { Flag, Text, Whole } from './texts.ts';

/** A text is a command for the image's shell. */
const Test = byKind({
  text: z.string().transform((text) => ['CMD-SHELL', text]),
  list: z.array(Text),
});

export const Healthcheck = section({
  disable: Flag.optional(),
  test: Test.optional(),
  interval: Duration.optional(),
  timeout: Duration.optional(),
  retries: Whole.optional(),
  start_period: Duration.optional(),
}).transform((check, context) => {
  if (check.disable && (check.test?.length ?? 0) > 0)
    refuse(context, [], 'test and disable exclude each other');
  return check;
});
export type Healthcheck = z.output<typeof Healthcheck>;
