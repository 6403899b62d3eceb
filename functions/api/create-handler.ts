import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { SlipwayError } from '../../shared/core/errors.ts';
import type { ApiDeps } from '../../shared/ports/deps.ts';
import { checkHealth } from '../../shared/service/check-health.ts';
import { sourceAddresses } from '../../shared/service/source-addresses.ts';
import { createApp } from './app.ts';

/** What the runtime calls: an answer for API Gateway; nothing where the event was no request. */
export type ApiHandler = (event: unknown, context: Context) => Promise<ApiAnswer | undefined>;
type ApiAnswer = Awaited<ReturnType<ReturnType<typeof handle>>>;

/** The API behind API Gateway's HTTP API, payload format 2.0. */
export function createApiHandler(deps: ApiDeps, isHeartbeat: (event: unknown) => boolean): ApiHandler {
  const app = createApp(deps, {
    // Waiting would be paid for, and take the account's concurrency from reconcile; aws-facts.md.
    longPoll: false,
    remoteAddress: ({ env }) => (env as { event: APIGatewayProxyEventV2 }).event.requestContext.http.sourceIp,
    hostAddresses: sourceAddresses(deps),
  });
  const answer = handle(app);
  return async (event, context) => {
    if (isRequest(event)) return await answer(event, context as LambdaContext);
    if (isHeartbeat(event)) await requireHealth(deps);
    else deps.log.warn('an event that is neither a request nor a heartbeat: dropped');
    return undefined;
  };
}

/** API Gateway's own words for a request; it checked all of it. */
function isRequest(event: unknown): event is LambdaEvent {
  const { version, requestContext } = (event ?? {}) as Partial<APIGatewayProxyEventV2>;
  return version === '2.0' && requestContext?.http !== undefined;
}

/** A failed heartbeat is an error of the function: its alarm tells before the first student of the day does. */
async function requireHealth(deps: ApiDeps): Promise<void> {
  const { status, checks } = await checkHealth(deps);
  if (status !== 'ok') throw new SlipwayError('internal', `heartbeat: ${JSON.stringify(checks)}`);
}
