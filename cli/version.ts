import type { Program } from './program.ts';

/** The package's; the bundle is built with it, and a run from the sources says so. */
declare const SLIPWAY_VERSION: string | undefined;

export const VERSION = typeof SLIPWAY_VERSION === 'string' ? SLIPWAY_VERSION : 'from its sources';

/** Like docker-machine's: `docker-machine version 0.16.2, build bd45ab13`. */
export function versionLine(program: Program): string {
  return `${program} version ${VERSION}${program === 'slipway' ? '' : ', by Slipway'}\n`;
}
