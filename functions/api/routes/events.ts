import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { firstAbort } from '../../../shared/core/first-abort.ts';
import { LabEvent } from '../../../shared/lab/lab.ts';
import type { Caller } from '../../../shared/service/caller.ts';
import { awaitEvents, type EventQuery, listEvents } from '../../../shared/service/lab-events.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { EVERYBODY, LabPath, limit } from './parameters.ts';

const LONGEST_WAIT_SECONDS = 25;
/** A stream ends after this and the client comes again with Last-Event-ID: a proxy would cut it unasked. */
const STREAM_SECONDS = 600;
/** Between signs of life, so that a dead connection is noticed. */
const HEARTBEAT_SECONDS = 15;
/** Where nobody may wait, ask again after this. */
const RETRY_SECONDS = 2;

export function addEventRoutes(api: Api): void {
  const { deps, options } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/events',
      id: 'listEvents',
      tag: 'Labs',
      summary: 'What happened to a lab, oldest first',
      description: [
        'Ask `after` the last sequence you know; `wait` keeps the request until there is something new.',
        '`Accept: text/event-stream` streams, from `Last-Event-ID` on.',
        'Where waiting is not possible the answer comes at once, with `Retry-After`.',
      ].join(' '),
      access: EVERYBODY,
      params: LabPath,
      query: z.strictObject({
        after: z.coerce
          .number()
          .int()
          .min(0)
          .max(9_999_999_998)
          .default(0)
          .describe('The last sequence you know'),
        wait: z.coerce.number().int().min(0).max(LONGEST_WAIT_SECONDS).default(0).describe('Seconds'),
        limit,
      }),
      answers: {
        200: {
          description: 'A page; `after` is what to ask after next',
          content: {
            'application/json': z.object({ items: z.array(LabEvent), after: z.number().int() }),
            'text/event-stream': z.string(),
          },
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) => {
      const asked = { labId: params.lab, after: query.after, limit: query.limit };
      if (prefers(context, ['application/json', 'text/event-stream']) === 'text/event-stream') {
        return await stream(api, caller, asked, context);
      }
      const { items, after } = options.longPoll
        ? await awaitEvents(deps, caller, { ...asked, waitSeconds: query.wait }, context.req.raw.signal)
        : await listEvents(deps, caller, asked);
      if (!options.longPoll && items.length === 0) context.header('Retry-After', String(RETRY_SECONDS));
      return context.json({ items, after });
    },
  );
}

async function stream(
  { deps, options }: Api,
  caller: Caller,
  asked: EventQuery,
  context: Context,
): Promise<Response> {
  const lastId = Number(context.req.header('Last-Event-ID'));
  const from = Number.isSafeInteger(lastId) && lastId > 0 ? Math.min(lastId, 9_999_999_998) : asked.after;
  // What refuses the request refuses it before the stream begins.
  let page = await listEvents(deps, caller, { ...asked, after: from });
  return streamSSE(context, async (sse) => {
    const gone = new AbortController();
    sse.onAbort(() => gone.abort());
    const over = firstAbort([gone.signal, context.req.raw.signal], {
      afterMilliseconds: STREAM_SECONDS * 1000,
    });
    await sse.write(`retry: ${RETRY_SECONDS * 1000}\n\n`);
    for (;;) {
      for (const event of page.items) {
        await sse.writeSSE({ id: String(event.sequence), event: event.type, data: JSON.stringify(event) });
      }
      if (page.ended || over.aborted || (!options.longPoll && page.items.length === 0)) return;
      const next = { ...asked, after: page.after, waitSeconds: options.longPoll ? HEARTBEAT_SECONDS : 0 };
      page = await awaitEvents(deps, caller, next, over);
      if (page.items.length === 0) await sse.write(': still here\n\n');
    }
  });
}
