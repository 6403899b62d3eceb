import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareImages } from '../../scripts/ground.ts';
import { loadCatalogue } from '../../shared/catalogue/load-catalogue.ts';
import { stackFromCatalogue } from '../../shared/catalogue/stack-from-catalogue.ts';
import { composeOnly, type StackSource } from '../../shared/lab/stack-source.ts';
import type { Catalogue } from '../../shared/lab/template.ts';
import { deployStack } from '../../shared/stack/deploy.ts';
import { eventually } from '../support/eventually.ts';
import { filledSource } from '../support/filled-source.ts';
import { type PlainEngine, type PlainEngines, startPlainEngines } from '../support/plain-engines.ts';

const DEPLOYMENT = `catalogue-${process.pid}`;

describe('a stack of the catalogue, deployed with its parameters', () => {
  let engines: PlainEngines;
  let catalogue: Catalogue;

  beforeAll(async () => {
    catalogue = await loadCatalogue();
    const say = (line: string) => console.log(line);
    const references = ['dockersamples/static-site:latest', 'prom/alertmanager:v0.28.1'];
    await prepareImages({ say, references });
    engines = await startPlainEngines(DEPLOYMENT, 1);
    await one().engine.initSwarm({ advertiseAddress: one().address, nodeCertificateSeconds: 3600 });
  });
  afterAll(() => engines?.close());

  function one(): PlainEngine {
    const [engine] = engines.engines;
    if (engine === undefined) throw new Error('no engine');
    return engine;
  }

  function sourceOf(from: string, parameters: Record<string, string>): StackSource {
    const entry = catalogue.stacks.get(from);
    if (entry === undefined) throw new Error(`the catalogue has no ${from}`);
    return filledSource(stackFromCatalogue(entry, parameters), '100.64.0.9');
  }

  /** What a program in a service's task prints, once it succeeds. */
  async function inTask(service: string, ...command: string[]): Promise<string> {
    let said = '';
    await eventually(async () => {
      const label = `label=com.docker.swarm.service.name=${service}`;
      const [container = ''] = (await one().docker('ps', '-q', '--filter', label)).split('\n');
      if (container === '') return false;
      said = await one()
        .docker('exec', container, ...command)
        .catch(() => '');
      return said !== '';
    });
    return said;
  }

  /** The site's page: by the routing mesh, or where the kernel has none, by the task itself. */
  async function page(): Promise<string> {
    if (!existsSync('/proc/net/ip_vs')) return inTask('site_site', 'wget', '-qO-', 'http://127.0.0.1/');
    const response = await fetch(`http://${one().address}:8080/`).catch(() => undefined);
    return response?.text() ?? '';
  }

  test('has them where its Compose file names them', async () => {
    await deployStack(one().engine, { name: 'site', source: sourceOf('static-site', { AUTHOR: 'Ana' }) });
    const greets = (name: string) => async () => (await page()).includes(name);
    await eventually(greets('Ana'));
    await deployStack(one().engine, { name: 'site', source: sourceOf('static-site', {}) });
    await eventually(greets('Docker'));
  });

  test('gives Alertmanager the webhook, and without one a configuration that it takes as well', async () => {
    const hook = 'http://hooks.example/a?b=c';
    const given = alertmanagerOf(sourceOf('giropops-lite', { INCOMING_WEBHOOK: hook }));
    const none = alertmanagerOf(sourceOf('giropops-lite', {}));
    await Promise.all([
      deployStack(one().engine, { name: 'given', source: given }),
      deployStack(one().engine, { name: 'none', source: none }),
    ]);
    const status = ['wget', '-qO-', 'http://127.0.0.1:9093/api/v2/status'];
    const taken = async (stack: string) => {
      const answer = JSON.parse(await inTask(`${stack}_alertmanager`, ...status));
      return (answer.config.original as string).replaceAll('\r', '');
    };
    // Alertmanager hides addresses that may hold a token; the file as it came is in the task.
    expect(await taken('given')).toMatch(/receiver: rocketchat/);
    expect(await inTask('given_alertmanager', 'cat', '/etc/alertmanager/config.yml')).toContain(
      `url: '${hook}'`,
    );
    expect(await taken('none')).toMatch(/receiver: nobody/);
    expect(await taken('none')).not.toContain('webhook_configs');
  });
});

/** One service of the stack, word for word, without ports that two stacks could not both publish. */
function alertmanagerOf(source: StackSource): StackSource {
  const service = /^ {2}alertmanager:\n(?: {4}.*\n|\n)+/m.exec(source.compose)?.[0] ?? '';
  const config =
    /^ {2}alertmanager:\n {4}file: .*\n {4}template_driver: .*\n/m.exec(source.compose)?.[0] ?? '';
  const compose = `version: "3.8"\nservices:\n${service.replace(/ {4}ports:\n(?: {6}.*\n)+/, '')}networks:\n  backend:\nconfigs:\n${config}`;
  return { ...composeOnly(compose), files: source.files, variables: source.variables };
}
