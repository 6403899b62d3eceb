import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Duration } from './duration.ts';
import { Truncated } from './numbers.ts';
import { section } from './section.ts';
import { AnyTexts, Flag } from './texts.ts';

/** A text is a command for the image's shell. */
const Test = byKind({ text: z.string().transform((text) => ['CMD-SHELL', text]), list: AnyTexts });

/** Below it, and above nought, no swarm takes it; swarmkit, manager/controlapi/service.go, validateHealthCheck. */
const LEAST_NANOSECONDS = 1_000_000;
const Period = Duration.refine(
  (nanoseconds) => nanoseconds === 0 || nanoseconds >= LEAST_NANOSECONDS,
  'must be 1ms at least',
);

export const Healthcheck = section({
  disable: Flag.optional(),
  test: Test.optional(),
  interval: Period.optional(),
  timeout: Period.optional(),
  retries: Truncated.optional(),
  start_period: Period.optional(),
  start_interval: Period.optional(),
}).transform((check, context) => {
  if (check.disable && (check.test?.length ?? 0) > 0)
    refuse(context, [], 'test and disable exclude each other');
  return check;
});
export type Healthcheck = z.output<typeof Healthcheck>;
