import { sha256 } from '../../core/ids.ts';
import type { EngineConnector as ConnectorPort, Engine, EngineEndpoint } from '../../ports/engine.ts';
import { DockerEngine } from './docker-engine.ts';
import { EngineHttp } from './engine-http.ts';

/** An endpoint nobody asked for this long is forgotten; its connections have closed by themselves long before. */
const FORGET_AFTER_MS = 10 * 60_000;

/** One set of warm connections per endpoint and certificate, whoever asks. */
export class EngineConnector implements ConnectorPort {
  readonly #known = new Map<string, { http: EngineHttp; engine: Engine; askedAt: number }>();
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  connect(endpoint: EngineEndpoint): Engine {
    const now = this.#now();
    for (const [key, { askedAt }] of this.#known) {
      if (now - askedAt > FORGET_AFTER_MS) this.#known.delete(key);
    }
    const key = keyOf(endpoint);
    const entry = this.#known.get(key) ?? open(endpoint, now);
    entry.askedAt = now;
    this.#known.set(key, entry);
    return entry.engine;
  }

  /** Drops every connection, those in use too. */
  close(): void {
    for (const { http } of this.#known.values()) http.close();
    this.#known.clear();
  }
}

function open({ host, port, serverName, ca, cert, key }: EngineEndpoint, askedAt: number) {
  const http = new EngineHttp({ host, port, tls: { serverName, ca, cert, key } });
  return { http, engine: new DockerEngine(http), askedAt };
}

function keyOf({ host, port, serverName, ca, cert, key }: EngineEndpoint): string {
  // The private key is in it: a digest, so that the map holds no second copy.
  return sha256([host, port, serverName, ca, cert, key].join('\0'));
}
