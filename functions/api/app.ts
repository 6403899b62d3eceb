import { OpenAPIHono } from '@hono/zod-openapi';
import { ulid } from 'ulid';
import { messageOf, SlipwayError } from '../../shared/core/errors.ts';
import type { Deps } from '../../shared/ports/deps.ts';
import type { Api, ApiEnv, AppOptions } from './operation.ts';
import { problemResponse } from './problem.ts';
import { addCatalogueRoutes } from './routes/catalogue.ts';
import { addConfigRoutes } from './routes/configs.ts';
import { addEnrolRoutes } from './routes/enrol.ts';
import { addEventRoutes } from './routes/events.ts';
import { addExecRoutes } from './routes/exec.ts';
import { addKeyRoutes } from './routes/keys.ts';
import { addLabRoutes } from './routes/labs.ts';
import { addMachinePowerRoutes } from './routes/machine-power.ts';
import { addMachineTextRoutes } from './routes/machine-texts.ts';
import { addMachineRoutes } from './routes/machines.ts';
import { addNodeTaskRoutes } from './routes/nodes-tasks.ts';
import { addSecretRoutes } from './routes/secrets.ts';
import { addServiceLogRoutes } from './routes/service-logs.ts';
import { addServiceRoutes } from './routes/services.ts';
import { addStackRoutes } from './routes/stacks.ts';
import { addSystemRoutes } from './routes/system.ts';
import { addTokenRoutes } from './routes/tokens.ts';

/** The whole HTTP API over its dependencies: the same on a server, on Lambda and in tests. */
export function createApp(deps: Deps, options: AppOptions): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>();
  const api: Api = { app, deps, options };
  answerAll(api);
  const groups = [
    addLabRoutes,
    addEventRoutes,
    addKeyRoutes,
    addMachineRoutes,
    addMachineTextRoutes,
    addMachinePowerRoutes,
    addCatalogueRoutes,
    addStackRoutes,
    addServiceRoutes,
    addServiceLogRoutes,
    addNodeTaskRoutes,
    addSecretRoutes,
    addConfigRoutes,
    addExecRoutes,
    addTokenRoutes,
    addEnrolRoutes,
    addSystemRoutes,
  ];
  for (const add of groups) add(api);
  return app;
}

/** What every answer carries, errors and unknown paths included. */
function answerAll({ app, deps }: Api): void {
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
      subject: context.get('caller')?.subject,
    };
    if (res.status >= 500) {
      deps.log.error({ ...line, reason: messageOf(error), stack: error?.stack }, 'answered');
    } else if (req.method === 'GET') deps.log.debug(line, 'answered');
    else deps.log.info(line, 'answered');
  });
  app.onError((error, context) => problemResponse(context, error));
  app.notFound((context) => problemResponse(context, unknownPath(app, context.req.path)));
}

function unknownPath(app: Api['app'], path: string): SlipwayError {
  const methods = methodsAt(app, path).join(', ');
  if (methods === '') {
    return new SlipwayError('not_found', `nothing is at ${path.slice(0, 100)}; /docs lists what there is`);
  }
  return new SlipwayError('method_not_allowed', `here ${methods} can be done; /docs says more`, {
    facts: { methods },
  });
}

/** The methods of the operations at a path, by their document. */
function methodsAt(app: Api['app'], path: string): string[] {
  return app.openAPIRegistry.definitions.flatMap((definition) => {
    if (definition.type !== 'route') return [];
    const pattern = definition.route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+');
    return new RegExp(`^${pattern}$`).test(path) ? [definition.route.method.toUpperCase()] : [];
  });
}
