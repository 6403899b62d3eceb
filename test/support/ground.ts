import { z } from 'zod';

const GivenGround = z.object({
  dockerHost: z.string(),
  hostImage: z.string(),
  mirrorPort: z.number().int().optional(),
});
/** What real-engine tests stand on. */
export type GivenGround = z.infer<typeof GivenGround>;

/**
 * The ground that `SLIPWAY_GROUND` names, as JSON: set by ground-setup.ts for the tests and the processes they
 * start, or by whoever has one already.
 */
export function groundGiven(): GivenGround | undefined {
  const given = process.env.SLIPWAY_GROUND;
  return given === undefined || given === '' ? undefined : GivenGround.parse(JSON.parse(given));
}

/** The same, for who cannot do without. */
export function ground(): GivenGround {
  const given = groundGiven();
  if (given === undefined) throw new Error('SLIPWAY_GROUND is not set: run this by vitest, project engine');
  return given;
}
