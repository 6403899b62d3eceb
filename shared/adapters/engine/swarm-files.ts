import { z } from 'zod';
import type { SwarmFile, SwarmFileSpec } from '../../ports/engine.ts';
import type { EngineHttp } from './engine-http.ts';
import { SwarmFilesAnswer, SwarmObjectCreated } from './engine-objects.ts';
import { labelled } from './stack-filter.ts';

/** A swarm's secrets or its configs: the Engine API has the same calls for both. */
export class SwarmFiles {
  readonly #http: EngineHttp;
  readonly #path: '/secrets' | '/configs';

  constructor(http: EngineHttp, path: '/secrets' | '/configs') {
    this.#http = http;
    this.#path = path;
  }

  list(filter: { stack?: string } = {}): Promise<SwarmFile[]> {
    return this.#http.call({ path: this.#path, query: labelled(filter), schema: SwarmFilesAnswer });
  }

  async create(spec: SwarmFileSpec): Promise<{ id: string }> {
    const path = `${this.#path}/create`;
    const { ID } = await this.#http.call({ method: 'POST', path, body: spec, schema: SwarmObjectCreated });
    return { id: ID };
  }

  async update(id: string, version: number, spec: SwarmFileSpec): Promise<void> {
    const path = `${this.#path}/${encodeURIComponent(id)}/update`;
    await this.#http.call({ method: 'POST', path, query: { version }, body: spec, schema: z.unknown() });
  }

  async remove(id: string): Promise<void> {
    const path = `${this.#path}/${encodeURIComponent(id)}`;
    await this.#http.call({ method: 'DELETE', path, schema: z.unknown() });
  }
}
