import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { Hono } from 'hono';
import { createDocument } from '../functions/api/openapi-document.ts';
import type { AnyOperation, Api } from '../functions/api/operation.ts';
import { ROUTE_GROUP_NAMES, ROUTE_GROUPS } from '../functions/api/route-groups.ts';
import { commentOf, type Schema, typeOf } from './schema-to-type.ts';

/** Where the client finds the API's operations; `npm run generate:client` writes it, a test holds it against the API. */
export const GENERATED = 'client/operations.ts';

const HEADER = `/** Written from the API's own operations by scripts/generate-client.ts: \`npm run generate:client\` writes it anew. */
`;
const JSON_TYPE = 'application/json';
const FORM = 'multipart/form-data';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}
type Content = Record<string, { schema: Schema }>;
interface Described {
  operationId: string;
  summary: string;
  parameters?: Parameter[];
  requestBody?: { content: Content };
  responses: Record<string, { content?: Content }>;
}

/** The text of `client/operations.ts`: what every operation of the API takes and answers, as types and as a table. */
export async function generateOperations(): Promise<string> {
  const document = createDocument(await listOperations()) as unknown as {
    paths: Record<string, Record<string, Described>>;
    components: { schemas: Record<string, Schema> };
  };
  const schemas = Object.entries(document.components.schemas)
    .filter(([name]) => name !== 'Problem')
    .map(([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`);
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ path, method, described })),
  );
  const types = operations.map(({ described }) => typeOfOperation(described));
  const table = operations.map(({ path, method, described }) => {
    const types = JSON.stringify(successTypes(described));
    return `  ${described.operationId}: { method: '${method.toUpperCase()}', path: '${path}', answers: ${types} },\n`;
  });
  return [
    HEADER,
    ...schemas,
    `export interface Operations {\n${types.join('')}}\n`,
    `export const OPERATIONS: { readonly [Id in keyof Operations]: { method: string; path: string; answers: readonly string[] } } = {\n${table.join('')}};\n`,
  ].join('\n');
}

/** Of a deployment whose catalogue is empty: the names in it are each deployment's own. */
async function listOperations(): Promise<AnyOperation[]> {
  const operations: AnyOperation[] = [];
  const api = {
    app: new Hono(),
    operations,
    deps: {
      catalogue: { templates: new Map(), stacks: new Map() },
      policy: { maximumDays: 30, defaultHours: 4 },
    },
    options: { longPoll: true },
    callers: new WeakMap(),
    everything: async () => operations,
  } as unknown as Api;
  for (const name of ROUTE_GROUP_NAMES) for (const add of await ROUTE_GROUPS[name]()) add(api);
  return operations.filter(({ access }) => access !== 'machine');
}

function typeOfOperation({
  operationId,
  summary,
  parameters = [],
  requestBody,
  responses,
}: Described): string {
  const members = [
    ...parameters.filter((one) => one.in === 'path').map(member),
    ...queryMember(parameters.filter((one) => one.in === 'query')),
    ...bodyMembers(requestBody?.content ?? {}),
    ...(parameters.some((one) => one.name === 'Idempotency-Key')
      ? ['idempotencyKey?: string | undefined']
      : []),
  ];
  const success = successContents(responses);
  const json = success.flatMap((content) => {
    const schema = content[JSON_TYPE]?.schema;
    return schema === undefined ? [] : [typeOf(schema)];
  });
  const otherwise = success.some((content) => Object.keys(content).length > 0) ? 'string' : 'undefined';
  return [
    `  /** ${summary} */\n`,
    `  ${operationId}: {\n    input: ${members.length === 0 ? 'Record<never, never>' : `{ ${members.join(';\n')} }`};\n`,
    `    answer: ${json.length === 0 ? otherwise : [...new Set(json)].join(' | ')};\n  };\n`,
  ].join('');
}

function member({ name, required, schema, description }: Parameter): string {
  return `${commentOf(description)}${name}${required ? ':' : '?: undefined |'} ${typeOf(schema, 'input')}`;
}

function queryMember(parameters: Parameter[]): string[] {
  if (parameters.length === 0) return [];
  const required = parameters.some((one) => one.required) ? '' : '?';
  return [`query${required}: { ${parameters.map(member).join(';\n')} }`];
}

/** JSON as `body`, a form as `form`, anything else as `bytes` of a type that the operation takes. */
function bodyMembers(content: Content): string[] {
  const { [JSON_TYPE]: json, [FORM]: form, ...others } = content;
  const types = Object.keys(others).map((type) => `'${type}'`);
  const only = Object.keys(content).length === 1 ? '' : '?';
  return [
    ...(json === undefined ? [] : [`body${only}: ${typeOf(json.schema, 'input')}`]),
    ...(form === undefined ? [] : [`form${only}: FormData`]),
    ...(types.length === 0
      ? []
      : [`bytes${only}: { type: ${types.join(' | ')}; data: Uint8Array | string }`]),
  ];
}

function successContents(responses: Described['responses']): Content[] {
  return Object.entries(responses).flatMap(([status, { content = {} }]) =>
    status.startsWith('2') ? [content] : [],
  );
}

function successTypes({ responses }: Described): string[] {
  return [...new Set(successContents(responses).flatMap((content) => Object.keys(content)))];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(GENERATED, await generateOperations());
}
