import { z } from 'zod';
import { checkHealth } from '../../../shared/service/check-health.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';

const Health = z.object({
  status: z.enum(['ok', 'failing']),
  checks: z.record(z.string(), z.object({ ok: z.boolean(), message: z.string() })),
});

const loose = z.looseObject({});

/** What is open to everybody; any query is let pass here, a cache's or a monitor's own among it. */
export function addSystemRoutes(api: Api): void {
  const { deps } = api;
  let document: Promise<OpenApiDocument> | undefined;
  const theDocument = () => {
    document ??= documentOf(api);
    // A failure is told to those who wait for it; the next request tries again.
    document.catch(() => {
      document = undefined;
    });
    return document;
  };

  operate(
    api,
    {
      method: 'get',
      path: '/healthz',
      id: 'checkHealth',
      tag: 'System',
      summary: 'Can the records be written and read, and the keys opened?',
      access: 'open',
      query: loose,
      answers: {
        200: { description: 'All well', content: { 'application/json': Health } },
        503: { description: 'Something is not; which', content: { 'application/json': Health } },
      },
    },
    async ({ context }) => {
      const health = await checkHealth(deps);
      return context.json(health, health.status === 'ok' ? 200 : 503);
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/openapi.json',
      id: 'getDocument',
      tag: 'System',
      summary: 'This API as OpenAPI 3.1',
      access: 'open',
      query: loose,
      answers: { 200: { description: 'The document', content: { 'application/json': loose } } },
    },
    async ({ context }) => context.json(await theDocument()),
  );

  operate(
    api,
    {
      method: 'get',
      path: '/docs',
      id: 'getDocs',
      tag: 'System',
      summary: 'This API for people to read; needs nothing from the internet',
      access: 'open',
      query: loose,
      answers: { 200: { description: 'A page', content: { 'text/html': z.string() } } },
    },
    async ({ context }) => {
      const { docsPage } = await import('../docs-page.ts');
      context.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
      return context.html(docsPage(await theDocument()));
    },
  );
}

type OpenApiDocument = ReturnType<typeof import('../openapi-document.ts').createDocument>;

/** What writes it is loaded for those who ask for it, who are few. */
async function documentOf({ everything }: Api): Promise<OpenApiDocument> {
  const { createDocument } = await import('../openapi-document.ts');
  return createDocument(await everything());
}
