import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';

/** Where a Docker Engine listens: a unix socket, or an address with mutual TLS. */
export type EngineTarget =
  | { socketPath: string }
  | {
      host: string;
      port: number;
      tls?: { serverName: string; ca: string; cert: string; key: string };
    };

/** A free connection is closed after this long: a lab is looked at every 5 s on one machine, so it stays warm there. */
const IDLE_MS = 60_000;
/** A stack's objects are made side by side, and a connection that has to be opened again costs more than a write. */
const FREE_CONNECTIONS = 24;

/** The one keep-alive agent of an endpoint. Idle connections never keep the process alive. */
export function createAgent(target: EngineTarget): HttpAgent {
  const options = { keepAlive: true, maxFreeSockets: FREE_CONNECTIONS, timeout: IDLE_MS };
  if ('socketPath' in target || target.tls === undefined) return new HttpAgent(options);
  const { serverName, ca, cert, key } = target.tls;
  return new EngineAgent({
    ...options,
    servername: serverName,
    ca,
    cert,
    key,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  });
}

/** Node's own would put the certificate, the key and the CA together for every request, to tell endpoints apart: it has one. */
class EngineAgent extends HttpsAgent {
  override getName(): string {
    return 'engine';
  }
}

/** `unix:///run/docker.sock`, `tcp://100.64.0.2:2376 (m1)`: for messages. */
export function nameOf(target: EngineTarget): string {
  if ('socketPath' in target) return `unix://${target.socketPath}`;
  const who = target.tls === undefined ? '' : ` (${target.tls.serverName})`;
  return `tcp://${target.host}:${target.port}${who}`;
}

/** The target of a `DOCKER_HOST` that is a socket or plain TCP. */
export function targetOf(dockerHost: string): EngineTarget {
  if (dockerHost.startsWith('unix://')) return { socketPath: dockerHost.slice('unix://'.length) };
  const url = new URL(dockerHost);
  return { host: url.hostname, port: Number(url.port || 2375) };
}
