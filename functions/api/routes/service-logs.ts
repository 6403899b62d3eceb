import type { Context } from 'hono';
import { stream, streamSSE } from 'hono/streaming';
import { z } from 'zod';
import { firstAbort } from '../../../shared/core/first-abort.ts';
import { type Followed, followLogs } from '../../../shared/service/swarm/follow-logs.ts';
import { LogItem, LogQuery } from '../../../shared/service/swarm/log-view.ts';
import { type OpenLogs, openLogs, readLogs } from '../../../shared/service/swarm/read-logs.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { EVERYBODY, flag, SWARM_REFUSES } from './parameters.ts';
import { ServicePath } from './services.ts';

const JSON_TYPE = 'application/json';
const TEXT = 'text/plain';
const EVENTS = 'text/event-stream';
/** As of the timeline's: a proxy would cut it unasked. */
const STREAM_SECONDS = 600;
const HEARTBEAT_SECONDS = 15;
/** Where nobody may wait, ask again after this. */
const RETRY_SECONDS = 2;
const CURSOR = 'X-Log-Cursor';

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(5000)
  .default(1000)
  .describe('Most lines of a page; the cursor goes on after it');

export function addServiceLogRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/services/{service}/logs',
      id: 'readServiceLogs',
      tag: 'Services',
      summary: 'What a service’s tasks say: lines as docker service logs prints them, or items',
      description: [
        `JSON by default, \`Accept: ${TEXT}\` for docker’s own lines; \`${CURSOR}\` or \`cursor\` is what to ask \`since\` next.`,
        `\`follow=true\` keeps on: as text, or with \`Accept: ${EVENTS}\` as events, from \`Last-Event-ID\` on.`,
        'Where a request may not wait, and as JSON, the answer is what there is, with `Retry-After`.',
      ].join(' '),
      access: EVERYBODY,
      params: ServicePath,
      query: LogQuery.extend({ follow: flag.describe('Until you go, or ten minutes'), limit }),
      answers: {
        200: {
          description: 'By time',
          content: {
            [JSON_TYPE]: z.object({
              items: z.array(LogItem),
              cursor: z.string(),
              note: z.string().optional(),
            }),
            [TEXT]: z.string(),
            [EVENTS]: z.string(),
          },
        },
      },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) => {
      const { follow } = query;
      const type = follow
        ? prefers(context, [TEXT, EVENTS, JSON_TYPE])
        : prefers(context, [JSON_TYPE, TEXT, EVENTS]);
      const lastId = type === EVENTS ? context.req.header('Last-Event-ID') : undefined;
      const known = LogQuery.shape.since.safeParse(lastId);
      const asked = known.success && known.data ? { ...query, since: known.data } : query;
      const logs = await openLogs(api.deps, caller, {
        labId: params.lab,
        service: params.service,
        query: asked,
      });
      if (follow && api.options.longPoll && type !== JSON_TYPE)
        return await streamLogs(context, logs, asked, type);
      return await answerPage(context, logs, asked, type);
    },
  );
}

async function answerPage(
  context: Context,
  logs: OpenLogs,
  query: LogQuery & { follow: boolean; limit: number },
  type: string,
): Promise<Response> {
  const { items, text, cursor, note } = await readLogs(logs, query, query.limit);
  context.header(CURSOR, cursor);
  if (query.follow) context.header('Retry-After', String(RETRY_SECONDS));
  const more = note === undefined ? {} : { note };
  if (type === JSON_TYPE) return context.json({ items, cursor, ...more });
  if (type === TEXT) return context.text(`${text}${noteLine(more)}`);
  const events = items.map((item) => `event: log\ndata: ${JSON.stringify(item)}\n\n`).join('');
  const body = `retry: ${RETRY_SECONDS * 1000}\n\n${events}id: ${cursor}\nevent: cursor\ndata: ${JSON.stringify({ cursor, ...more })}\n\n`;
  return context.body(body, 200, { 'Content-Type': EVENTS });
}

async function streamLogs(
  context: Context,
  logs: OpenLogs,
  query: LogQuery,
  type: string,
): Promise<Response> {
  const gone = new AbortController();
  const over = firstAbort([gone.signal, context.req.raw.signal], {
    afterMilliseconds: STREAM_SECONDS * 1000,
  });
  const lines = followLogs(logs, query, over);
  if (type === EVENTS) return streamEvents(context, lines, gone);
  context.header('Content-Type', 'text/plain; charset=UTF-8');
  return stream(context, async (out) => {
    out.onAbort(() => gone.abort());
    try {
      for await (const line of lines) await out.write('text' in line ? line.text : noteLine(line));
    } finally {
      gone.abort();
    }
  });
}

function streamEvents(context: Context, lines: AsyncIterable<Followed>, gone: AbortController): Response {
  return streamSSE(context, async (sse) => {
    sse.onAbort(() => gone.abort());
    await sse.write(`retry: ${RETRY_SECONDS * 1000}\n\n`);
    const heartbeat = setInterval(() => void sse.write(': still here\n\n'), HEARTBEAT_SECONDS * 1000);
    try {
      for await (const line of lines) {
        await sse.writeSSE(
          'item' in line
            ? { id: line.cursor, event: 'log', data: JSON.stringify(line.item) }
            : { event: 'note', data: JSON.stringify(line) },
        );
      }
    } finally {
      clearInterval(heartbeat);
      gone.abort();
    }
  });
}

/** Not to be taken for a task's own words. */
function noteLine({ note }: { note?: string }): string {
  return note === undefined ? '' : `slipway: ${note}\n`;
}
