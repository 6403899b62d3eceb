import { STATUS } from './problem.ts';

/** The parts of an OpenAPI document that the page shows. */
interface Document {
  info: { title: string; description?: string };
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, Record<string, DocumentOperation>>;
}
interface DocumentOperation {
  tags?: string[];
  operationId?: string;
  summary?: string;
  description?: string;
  'x-roles'?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { content: Record<string, { schema?: unknown }> };
  responses?: Record<string, { description: string; content?: Record<string, { schema?: unknown }> }>;
}

/** The document as one page that needs nothing but itself. */
export function docsPage(given: object): string {
  const document = given as Document;
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? ''))];
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => operation.tags?.[0] === tag);
    return `<h2>${escapeHtml(tag)}</h2>${own.map(showOperation).join('')}`;
  });
  const codes = Object.entries(STATUS).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<details id="schema-${escapeHtml(name)}"><summary>${escapeHtml(name)}</summary>${show(schema)}</details>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(document.info.title)}</title>
<style>${STYLE}</style></head><body><main><h1>${escapeHtml(document.info.title)}</h1>
<p>${escapeHtml(document.info.description ?? '')} As a document: <a href="/openapi.json">/openapi.json</a></p>
${sections.join('\n')}<h2>Codes of errors</h2><table>${codes.join('')}</table>
<h2>Schemas</h2>${schemas.join('\n')}</main></body></html>`;
}

function showOperation({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: DocumentOperation;
}): string {
  const parameters = (operation.parameters ?? []).map(
    (one) =>
      `<tr><td><code>${escapeHtml(one.name)}</code></td><td>${one.in}${one.required ? ', needed' : ''}</td><td>${escapeHtml(one.description ?? '')} <code>${escapeHtml(JSON.stringify(one.schema))}</code></td></tr>`,
  );
  const bodies = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Body: ${escapeHtml(type)}</h4>${show(schema)}`,
  );
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, { description, content }]) =>
      `<tr><td>${status}</td><td>${escapeHtml(Object.keys(content ?? {}).join(', '))}</td><td>${escapeHtml(description)}</td></tr>`,
  );
  return `<details id="${escapeHtml(operation.operationId ?? '')}"><summary><b>${method}</b> <code>${escapeHtml(path)}</code> ${escapeHtml(operation.summary ?? '')}</summary>
<p>${escapeHtml(operation.description ?? '')} For: ${escapeHtml((operation['x-roles'] ?? []).join(', '))}</p>
${parameters.length === 0 ? '' : `<h4>Parameters</h4><table>${parameters.join('')}</table>`}${bodies.join('')}
<h4>Answers</h4><table>${answers.join('')}</table></details>`;
}

function show(schema: unknown): string {
  return `<pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`;
}

function escapeHtml(text: string): string {
  const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replaceAll(/[&<>"]/g, (character) => named[character] ?? '');
}

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:0}
main{max-width:60rem;margin:0 auto;padding:1rem}summary{cursor:pointer;padding:.4rem 0}
details{border-bottom:1px solid #8884}pre{overflow:auto;padding:.6rem;background:#8881}
table{border-collapse:collapse;width:100%}td{padding:.2rem .6rem .2rem 0;vertical-align:top;border-top:1px solid #8883}
summary b{display:inline-block;min-width:4.5rem}`;
