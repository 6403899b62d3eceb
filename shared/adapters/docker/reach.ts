import type { EngineFacts } from '../engine/engine-http.ts';

/** How hosts are reached from outside their lab's network, and how they reach this machine. */
export interface Reach {
  /** Address on which ports are published; absent: they are not. */
  advertise?: string;
  /** Do containers' own addresses route from here? */
  routes: boolean;
  /** Where hosts reach this machine, if not at their network's gateway. */
  apiHost?: string;
}

const LOOPBACK = '127.0.0.1';
/** What Docker Desktop calls the machine it runs on, inside containers. */
const DESKTOP_HOST = 'host.docker.internal';

/**
 * Decides from the engine's `/info`. On Linux containers' addresses route; Docker Desktop's are inside a virtual
 * machine, and those of an engine reached by TCP are elsewhere, so ports are published, on loopback unless told.
 * @param advertise the address that was set, if any
 */
export function reachOf(
  info: Pick<EngineFacts, 'OperatingSystem'>,
  advertise: string | undefined,
  here: { platform: string; dockerHost?: string } = { platform: process.platform },
): Reach {
  const isDesktop = info.OperatingSystem === 'Docker Desktop' || here.platform !== 'linux';
  const isRemote = here.dockerHost !== undefined && !here.dockerHost.startsWith('unix://');
  if (!isDesktop && !isRemote) return { routes: true, ...(advertise === undefined ? {} : { advertise }) };
  return {
    routes: false,
    advertise: advertise ?? LOOPBACK,
    ...(isDesktop ? { apiHost: DESKTOP_HOST } : {}),
  };
}
