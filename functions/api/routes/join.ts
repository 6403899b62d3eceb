import { z } from 'zod';
import { Joined, JoinRequest, join } from '../../../shared/service/classes/join.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { json } from './parameters.ts';

const tag = 'Classes';

export function addJoinRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'post',
      path: '/v1/join',
      id: 'join',
      tag,
      summary: 'Exchange a join code for a token',
      description:
        'Good for twelve hours; then the code is exchanged again. The IPv4 address that you come from becomes the one that may reach your labs. An address may try ten codes that open nothing in ten minutes, sixty a day.',
      access: 'open',
      body: JoinRequest,
      answers: { 200: { description: 'Who you are from now on', content: json(Joined) } },
      refuses: ['unauthenticated', 'rate_limited', 'version_conflict', 'store_unavailable'],
    },
    async ({ body, context }) => {
      const address = api.options.remoteAddress(context);
      return context.json(await join(api.deps, body.code, address), 200, { 'Cache-Control': 'no-store' });
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/join',
      id: 'getJoinPage',
      tag,
      summary: 'The page of a join link: posts its code and shows how to log in',
      access: 'open',
      query: z.looseObject({}),
      answers: { 200: { description: 'A page', content: { 'text/html': z.string() } } },
    },
    async ({ context }) => {
      const { JOIN_PAGE, JOIN_PAGE_POLICY } = await import('../join-page.ts');
      context.header('Content-Security-Policy', JOIN_PAGE_POLICY);
      context.header('Referrer-Policy', 'no-referrer');
      return context.html(JOIN_PAGE);
    },
  );
}
