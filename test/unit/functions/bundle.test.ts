import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packCatalogue, readPackedCatalogue } from '../../../functions/packed-catalogue.ts';
import { bundleFunction, FUNCTIONS, type FunctionName, sourcesOf } from '../../../scripts/bundle.ts';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';
import { functionEnvironment } from '../../support/function-environment.ts';
import { requestEvent } from '../../support/lambda-events.ts';
import { createWorld } from '../../support/world.ts';

const run = promisify(execFile);
type Metafile = Awaited<ReturnType<typeof bundleFunction>>;
let out: string;
const metafiles = {} as Record<FunctionName, Metafile>;

beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'slipway-bundle-'));
  for (const name of FUNCTIONS) metafiles[name] = await bundleFunction(name, out);
}, 60_000);
afterAll(() => rm(out, { recursive: true, force: true }));

const has = (sources: string[], what: string) => sources.some((source) => source.includes(what));

/** Imports the bundle in a process of its own, as Lambda does. @returns what it wrote to stderr, or what it exports. */
async function importBundle(name: FunctionName, over: Record<string, string> = {}): Promise<string> {
  const entry = pathToFileURL(join(out, name, 'index.mjs')).href;
  const program = `import(${JSON.stringify(entry)}).then(({ handler }) => console.log(typeof handler), (error) => console.log(error.message))`;
  const env = { PATH: process.env.PATH, ...functionEnvironment(name, over) };
  return (await run(process.execPath, ['--eval', program], { env })).stdout;
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(folder)).sort())
    hash.update(file).update(await readFile(join(folder, file)));
  return hash.digest('hex');
}

describe('the bundles', () => {
  test.each(FUNCTIONS)('of %s has a handler, and needs nothing beside it', async (name) => {
    expect(await importBundle(name)).toBe('function\n');
    const externals = Object.values(metafiles[name].outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external, path }) => external && !path.startsWith('node:'))
      .map(({ path }) => path);
    const { builtinModules } = await import('node:module');
    expect([...new Set(externals)].filter((path) => !builtinModules.includes(path))).toEqual([]);
  });

  test('of the API loads every group of routes, for its document', async () => {
    const program = (entry: string, event: string) =>
      `import(${JSON.stringify(entry)}).then(({ handler }) => handler(${event}, {})).then(({ body }) => console.log(Object.keys(JSON.parse(body).paths).length))`;
    const entry = pathToFileURL(join(out, 'api', 'index.mjs')).href;
    const event = JSON.stringify(requestEvent('GET', '/openapi.json'));
    const env = { PATH: process.env.PATH, ...functionEnvironment('api') };
    const { stdout } = await run(process.execPath, ['--eval', program(entry, event)], { env });
    const { json } = await createWorld().ask('GET', '/openapi.json', { as: undefined });
    expect(Number(stdout)).toBe(Object.keys(json.paths).length);
  });

  test.each(FUNCTIONS)('of %s names a setting that is missing, and one that is misspelt', async (name) => {
    const words = await importBundle(name, { SLIPWAY_TABLE: '', SLIPWAY_TABEL: 'slipway' });
    expect(words).toMatch(/SLIPWAY_TABLE:/);
    expect(words).toMatch(/SLIPWAY_TABEL: is no setting/);
  });

  test('are the same bytes for the same sources', async () => {
    const again = join(out, 'again');
    await bundleFunction('tick', again);
    expect(await digestOf(join(again, 'tick'))).toBe(await digestOf(join(out, 'tick')));
  });

  test('give each function the clients that it may use, and no other', () => {
    const clients = (name: FunctionName) =>
      [
        'client-ec2',
        'client-ssm',
        'client-service-quotas',
        'client-kms',
        'client-sqs',
        'client-dynamodb',
      ].filter((client) => has(sourcesOf(metafiles[name]), `@aws-sdk/${client}/`));
    expect(clients('api')).toEqual(['client-kms', 'client-sqs', 'client-dynamodb']);
    expect(clients('reconcile')).toEqual(['client-ec2', 'client-kms', 'client-sqs', 'client-dynamodb']);
    expect(clients('tick')).toEqual(expect.not.arrayContaining(['client-ec2']));
    expect(clients('tick')).toEqual(expect.arrayContaining(['client-ssm', 'client-service-quotas']));
  });

  test.each(['node_modules/yaml/', '@peculiar/x509', 'shared/adapters/engine/', 'zod-to-openapi'])(
    'of the API loads %s only with the routes that use it',
    (library) => {
      expect(has(sourcesOf(metafiles.api), library)).toBe(true);
      expect(has(sourcesAtStart(metafiles.api), library)).toBe(false);
    },
  );
});

describe('the packed catalogue', () => {
  test('is the catalogue', async () => {
    const catalogue = await loadCatalogue();
    const packed = readPackedCatalogue(pathToFileURL(join(out, 'api', 'catalogue.json')));
    expect(packed).toEqual(catalogue);
    expect(packCatalogue(packed)).toBe(packCatalogue(catalogue));
  });
});

/** What the entry imports before its handler can be called. */
function sourcesAtStart({ outputs }: Metafile): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    const output = outputs[file];
    if (output === undefined || seen.has(file)) return;
    seen.add(file);
    for (const { path, kind } of output.imports) if (kind === 'import-statement') visit(path);
  };
  for (const file of Object.keys(outputs)) if (file.endsWith('/index.mjs')) visit(file);
  return [...seen].flatMap((file) =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([source, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [source] : [],
    ),
  );
}
