import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface GroundSettings {
  /** Kept between runs: the private engine's data, host image, course images. */
  cacheFolder: string;
  /** The engine the caller asked for, if any. */
  dockerHost?: string;
}

/** What the environment says about the ground; the only place in scripts/ that reads it. */
export function readGroundSettings(
  environment: Record<string, string | undefined> = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): GroundSettings {
  const dockerHost = environment.SLIPWAY_DOCKER_HOST || environment.DOCKER_HOST;
  const asUser = join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'slipway');
  return {
    cacheFolder: resolve(environment.SLIPWAY_CACHE || (isRoot ? '/var/lib/slipway' : asUser)),
    ...(dockerHost ? { dockerHost } : {}),
  };
}
