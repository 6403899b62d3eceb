import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createWorld } from '../support/world.ts';

const require = createRequire(import.meta.url);
const document = (await createWorld().ask('GET', '/openapi.json', { as: undefined })).json;

describe('the document of the API', () => {
  test('is OpenAPI 3.1 that redocly’s lint finds nothing in', { timeout: 60_000 }, async () => {
    expect(document.openapi).toBe('3.1.0');
    const folder = await mkdtemp(join(tmpdir(), 'slipway-openapi-'));
    try {
      const file = join(folder, 'openapi.json');
      await writeFile(file, JSON.stringify(document));
      const redocly = require.resolve('@redocly/cli/bin/cli.js');
      const command = [redocly, 'lint', file, '--format', 'json', '--extends', 'recommended'];
      const { stdout } = await promisify(execFile)(process.execPath, command, {
        cwd: folder,
        env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
      }).catch((error: { stdout: string }) => error);
      const { totals, problems } = JSON.parse(stdout.slice(stdout.indexOf('{')));
      expect(problems).toEqual([]);
      expect(totals).toEqual({ errors: 0, warnings: 0, ignored: 0 });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  test('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      const found = reference
        .split('/')
        .reduce<Record<string, unknown> | undefined>(
          (at, part) => at?.[part] as Record<string, unknown>,
          document,
        );
      expect(found, reference).toBeDefined();
    }
  });

  test('names for every operation who may call it, and with which token', () => {
    for (const methods of Object.values(document.paths as Record<string, Record<string, never>>)) {
      for (const operation of Object.values(methods) as Record<string, unknown>[]) {
        const roles = operation['x-roles'] as string[];
        expect(roles.length, String(operation.operationId)).toBeGreaterThan(0);
        const scheme = roles[0] === 'open' ? [] : [{ [roles[0] === 'machine' ? 'machine' : 'bearer']: [] }];
        expect(operation.security).toEqual(scheme);
      }
    }
  });

  test('is made from the schemas that check: bounds and names are the deployment’s own', () => {
    const { schema } = document.paths['/v1/labs'].post.requestBody.content['application/json'];
    expect(schema.additionalProperties).toBe(false);
    expect(schema.properties.template.enum).toEqual(['swarm', 'docker-host']);
    expect(schema.properties.hours.maximum).toBe(720);
    expect(document.paths['/v1/labs/{lab}'].get.responses[200].content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/Lab',
    });
  });
});
