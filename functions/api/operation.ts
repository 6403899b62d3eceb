import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { ErrorCode } from '../../shared/core/errors.ts';
import type { ApiDeps } from '../../shared/ports/deps.ts';
import type { Caller, Role } from '../../shared/service/caller.ts';
import type { HostAddresses } from '../../shared/service/host-addresses.ts';

/** Where the API runs decides these; see the composition roots. */
export interface AppOptions {
  /** May a request wait for news? Not on Lambda, where waiting is paid for. */
  longPoll: boolean;
  /** Of the caller's connection, as the server or gateway knows it; never a header's. */
  remoteAddress: (context: Context) => string | undefined;
  /** Where a host that enrols will be reached. */
  hostAddresses: HostAddresses;
}

/** Everything that a group of routes is made from. */
export interface Api {
  /** Of this group alone. */
  app: Hono;
  /** What it has, for its document. */
  operations: AnyOperation[];
  deps: ApiDeps;
  options: AppOptions;
  /** Who asked, once that is known. */
  callers: WeakMap<Request, Caller>;
  /** The operations of all groups. */
  everything: () => Promise<AnyOperation[]>;
}

/** Roles that may call; `open` to all; `machine`: a host's own token, which the use case checks. */
export type Access = readonly Role[] | 'open' | 'machine';

/** Where an operation takes nothing. */
export const nothing = z.strictObject({});

/** One operation: what the document says of it is what is checked. */
export interface Operation<
  Who extends Access,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI has it: `/v1/labs/{lab}`. */
  path: string;
  id: string;
  tag: string;
  summary: string;
  description?: string;
  access: Who;
  params?: Params;
  query?: Query;
  /** JSON. */
  body?: Body;
  /** The most that JSON may hold; what any body may, unless told. */
  bodyLimitBytes?: number;
  /** Content types that it takes as bytes, beside JSON where it has a `body`. */
  rawBody?: { types: string[]; limitBytes: number };
  /** Takes an Idempotency-Key. */
  repeatable?: boolean;
  /** Status -> what it means and what it is, by content type. */
  answers: Record<number, { description: string; content?: Record<string, z.ZodType> }>;
  /** Codes beyond those that its input and access bring. */
  refuses?: ErrorCode[];
}

export interface Input<
  Who extends Access,
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
> {
  caller: Who extends readonly Role[] ? Caller : undefined;
  params: z.output<Params>;
  query: z.output<Query>;
  /** Nothing where `raw` is something. */
  body: z.output<Body>;
  /** A body of one of the `rawBody` types. */
  raw: RawBody | undefined;
  key: string | undefined;
  context: Context;
}

export interface RawBody {
  /** One of the operation's, in lower case. */
  type: string;
  /** The whole header, with its parameters. */
  contentType: string;
  bytes: Buffer;
}

export type AnyOperation = Operation<Access, z.ZodType, z.ZodType, z.ZodType>;

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters without blanks');
