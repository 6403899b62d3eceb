import { type Context, Hono } from 'hono';
import { ulid } from 'ulid';
import { messageOf, SlipwayError } from '../../shared/core/errors.ts';
import type { ApiDeps } from '../../shared/ports/deps.ts';
import type { AnyOperation, Api, AppOptions } from './operation.ts';
import { problemResponse } from './problem.ts';
import { groupOf, ROUTE_GROUP_NAMES, ROUTE_GROUPS, type RouteGroup } from './route-groups.ts';

/** The whole HTTP API over its dependencies: the same on a server, on Lambda and in tests. */
export function createApp(deps: ApiDeps, options: AppOptions): Hono {
  const app = new Hono();
  const callers: Api['callers'] = new WeakMap();
  const opened = new Map<RouteGroup, Promise<Api>>();
  const open = (name: RouteGroup): Promise<Api> => {
    const group = opened.get(name) ?? openGroup(name, { deps, options, callers, everything });
    opened.set(name, group);
    // A failure is told to those who wait for it; the next request tries again.
    group.catch(() => opened.delete(name));
    return group;
  };
  const everything = async (): Promise<AnyOperation[]> => {
    const groups = await Promise.all(ROUTE_GROUP_NAMES.map(open));
    return groups.flatMap(({ operations }) => operations);
  };
  answerAll(app, deps, callers);
  app.all('*', async (context) => {
    const name = groupOf(context.req.path);
    if (name === undefined) throw unknownPath(context, []);
    const group = await open(name);
    return await group.app.fetch(context.req.raw, context.env);
  });
  return app;
}

/** A group's routes, in an app of their own: Hono takes no more routes once it has served. */
async function openGroup(name: RouteGroup, parts: Omit<Api, 'app' | 'operations'>): Promise<Api> {
  const api: Api = { ...parts, app: new Hono(), operations: [] };
  for (const add of await ROUTE_GROUPS[name]()) add(api);
  api.app.notFound((context) => {
    throw unknownPath(context, api.operations);
  });
  // Told by the app that all groups are in.
  api.app.onError((error) => {
    throw error;
  });
  return api;
}

/** What every answer carries, errors and unknown paths included. */
function answerAll(app: Hono, deps: ApiDeps, callers: Api['callers']): void {
  app.use('*', async (context, next) => {
    const requestId = ulid(deps.clock.now());
    const started = performance.now();
    await next();
    const { headers } = context.res;
    headers.set('X-Request-Id', requestId);
    headers.set('X-Content-Type-Options', 'nosniff');
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
    const { error, req, res } = context;
    const line = {
      request: requestId,
      method: req.method,
      path: req.path.slice(0, 200),
      status: res.status,
      milliseconds: Math.round(performance.now() - started),
      subject: callers.get(req.raw)?.subject,
    };
    if (res.status >= 500) {
      deps.log.error({ ...line, reason: messageOf(error), stack: error?.stack }, 'answered');
    } else if (req.method === 'GET') deps.log.debug(line, 'answered');
    else deps.log.info(line, 'answered');
  });
  app.onError((error, context) => problemResponse(context, error));
}

function unknownPath({ req: { path } }: Context, operations: AnyOperation[]): SlipwayError {
  const methods = methodsAt(operations, path).join(', ');
  if (methods === '') {
    return new SlipwayError('not_found', `nothing is at ${path.slice(0, 100)}; /docs lists what there is`);
  }
  return new SlipwayError('method_not_allowed', `here ${methods} can be done; /docs says more`, {
    facts: { methods },
  });
}

/** The methods of the operations at a path. */
function methodsAt(operations: AnyOperation[], path: string): string[] {
  return operations.flatMap((operation) => {
    const pattern = operation.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(path) ? [operation.method.toUpperCase()] : [];
  });
}
