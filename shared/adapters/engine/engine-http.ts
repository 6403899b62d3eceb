import type { Agent, IncomingMessage } from 'node:http';
import { z } from 'zod';
import { isSlipwayError } from '../../core/errors.ts';
import {
  type Asked,
  isSuccess,
  parseAnswer,
  readBytes,
  readLines,
  readText,
  throwRefusal,
} from './engine-answer.ts';
import { exchange } from './engine-exchange.ts';
import { createAgent, type EngineTarget, nameOf, targetOf } from './engine-target.ts';

/** The part of `/info` that tells where an engine's containers are. */
export const EngineFacts = z.looseObject({
  OperatingSystem: z.string().default(''),
  OSType: z.string().default('linux'),
  /** `1` or `2`; engines before 20.10 know 1 alone and do not say. */
  CgroupVersion: z.string().default('1'),
});
export type EngineFacts = z.infer<typeof EngineFacts>;

export interface EngineRequest {
  /** GET unless told. */
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API version: `/containers/json`. Parts that come from outside must be encoded. */
  path: string;
  /** Objects go as JSON, as the Engine API's `filters` want them; undefined ones are left out. */
  query?: Record<string, string | number | boolean | object | undefined>;
  /** An object goes as JSON, bytes as a tar. */
  body?: object | Uint8Array;
  /** Until the answer is read. Reads 3 s, writes 20 s; a stream none, unless told. */
  deadlineSeconds?: number;
  /** 16 MiB unless told (a thousand tasks are about 2 MB), of a stream none. */
  maximumBytes?: number;
}

const READ_SECONDS = 3;
const WRITE_SECONDS = 20;
const MAXIMUM_BYTES = 16 * 1024 * 1024;
/** Docker 20.10's. */
const API_VERSION = '1.41';

/**
 * The Docker Engine API over HTTP on one endpoint, by connections that are kept. Throws SlipwayError
 * `engine_unreachable` (retryable) or `engine_refused` with `facts.status` and the engine's words in `facts.reason`.
 */
export class EngineHttp {
  /** `unix:///run/docker.sock`, `tcp://100.64.0.2:2376 (m1)`: for messages. */
  readonly name: string;
  readonly #target: EngineTarget;
  readonly #agent: Agent;
  #version = API_VERSION;

  constructor(target: EngineTarget) {
    this.#target = target;
    this.#agent = createAgent(target);
    this.name = nameOf(target);
  }

  /** The engine at a `DOCKER_HOST`: a socket, or plain TCP. */
  static at(dockerHost: string): EngineHttp {
    return new EngineHttp(targetOf(dockerHost));
  }

  call<S extends z.ZodType>(request: EngineRequest & { schema: S }): Promise<z.output<S>> {
    const { schema, maximumBytes = MAXIMUM_BYTES } = request;
    const usual = (request.method ?? 'GET') === 'GET' ? READ_SECONDS : WRITE_SECONDS;
    return this.#ask(request, undefined, request.deadlineSeconds ?? usual, async (response, asked) =>
      parseAnswer(await readText(response, asked, maximumBytes), schema, response, asked),
    );
  }

  /** Resolves when the stream of JSON messages ends; a signal that aborts rejects as `engine_unreachable`. */
  stream<S extends z.ZodType>(
    request: EngineRequest & { schema: S; onMessage: (message: z.output<S>) => void; signal?: AbortSignal },
  ): Promise<void> {
    const { schema, onMessage, signal, maximumBytes = Number.POSITIVE_INFINITY } = request;
    return this.#ask(request, signal, request.deadlineSeconds, (response, asked) =>
      readLines(response, asked, maximumBytes, (line) =>
        onMessage(parseAnswer(line, schema, response, asked)),
      ),
    );
  }

  /** Hands on a stream's bytes as they come, after `onOpen`; else as `stream`. */
  bytes(
    request: EngineRequest & { onBytes: (bytes: Buffer) => void; onOpen?: () => void; signal?: AbortSignal },
  ): Promise<void> {
    const { onBytes, onOpen, signal, maximumBytes = Number.POSITIVE_INFINITY } = request;
    return this.#ask(request, signal, request.deadlineSeconds, (response, asked) => {
      onOpen?.();
      return readBytes(response, asked, maximumBytes, onBytes);
    });
  }

  /** What machine the engine runs on. */
  info(): Promise<EngineFacts> {
    return this.call({ path: '/info', schema: EngineFacts });
  }

  /** Drops every connection, those in use too. */
  close(): void {
    this.#agent.destroy();
  }

  async #ask<T>(
    request: EngineRequest,
    signal: AbortSignal | undefined,
    deadlineSeconds: number | undefined,
    read: (response: IncomingMessage, asked: Asked) => Promise<T>,
  ): Promise<T> {
    const method = request.method ?? 'GET';
    const asked = { engine: this.name, method, path: request.path };
    const body =
      request.body instanceof Uint8Array ? request.body : request.body && JSON.stringify(request.body);
    const send = () => {
      const path = `/v${this.#version}${request.path}${queryOf(request.query)}`;
      const wanted = { method, path, headers: headersOf(method, body), body, deadlineSeconds, signal };
      return exchange(this.#target, this.#agent, wanted, (response) =>
        isSuccess(response.statusCode ?? 0) ? read(response, asked) : throwRefusal(response, asked),
      );
    };
    try {
      return await send();
    } catch (error) {
      // Docker 29 and later speak 1.44 at the least, and say so instead of doing anything.
      const least = leastVersionOf(error);
      if (least === undefined || least === this.#version) throw error;
      this.#version = least;
      return await send();
    }
  }
}

function queryOf(query: EngineRequest['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) return '';
  const parameters = given.map(([key, value]): [string, string] => [
    key,
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return `?${new URLSearchParams(parameters)}`;
}

function headersOf(method: string, body: string | Uint8Array | undefined): Record<string, string | number> {
  if (body === undefined) return method === 'GET' ? {} : { 'Content-Length': 0 };
  return {
    'Content-Type': typeof body === 'string' ? 'application/json' : 'application/x-tar',
    'Content-Length': Buffer.byteLength(body),
  };
}

function leastVersionOf(error: unknown): string | undefined {
  if (!isSlipwayError(error, 'engine_refused') || error.facts.status !== 400) return undefined;
  return /client version \S+ is too old\. Minimum supported API version is (1\.\d+)/.exec(
    String(error.facts.reason),
  )?.[1];
}
