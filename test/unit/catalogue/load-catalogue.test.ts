import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack } from '../../../shared/stack/convert/convert-stack.ts';

const OWN = fileURLToPath(new URL('../../../shared/catalogue/', import.meta.url));
const made: string[] = [];

/** Our catalogue with some files written over or beside. */
async function catalogueWith(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'catalogue-'));
  made.push(directory);
  for (const folder of ['stacks', 'templates'])
    await cp(join(OWN, folder), join(directory, folder), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(directory, name, '..'), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return directory;
}

afterEach(async () => {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true });
});

describe('the catalogue', () => {
  test('has the course’s swarm and its single host', async () => {
    const { templates } = await loadCatalogue();
    expect(templates.get('swarm')).toMatchObject({
      swarm: 'formed',
      machines: [
        { name: 'LINUXtips-01', role: 'manager' },
        { name: 'LINUXtips-02', role: 'manager' },
        { name: 'LINUXtips-03', role: 'worker' },
      ],
      stacks: [{ from: 'webserver' }],
    });
    expect(templates.get('docker-host')).toMatchObject({
      swarm: 'none',
      machines: [{ role: 'none' }],
      stacks: [],
    });
  });

  test('has a template for each chapter, described for a student and for an instructor', async () => {
    const { templates } = await loadCatalogue();
    expect([...templates.keys()]).toEqual([
      ...['containers', 'docker-host', 'docker-machine', 'five-managers', 'giropops', 'images', 'networks'],
      ...['registry', 'secrets', 'stacks', 'swarm', 'three-managers-two-workers', 'volumes', 'voting-app'],
    ]);
    for (const { name, description, instructor } of templates.values()) {
      expect(description, name).toMatch(/^[A-Z].*\.$/);
      expect(instructor, name).toMatch(/machine/);
    }
  });

  test('has every stack of the course', async () => {
    const { stacks } = await loadCatalogue();
    expect([...stacks.keys()]).toEqual([
      ...['alura-books', 'email-workers', 'giropops-lite', 'giropops-monitoring', 'registry', 'static-site'],
      ...['visualizer', 'voting-app', 'voting-app-classic', 'webserver', 'wordpress'],
    ]);
    expect(stacks.get('webserver')?.links).toMatchObject([{ port: 8080, path: '/' }]);
    expect(stacks.get('webserver')?.source.compose).toContain('replicas: 5');
  });

  test('has the files that a stack refers to, whatever folder they lie in', async () => {
    const { stacks } = await loadCatalogue();
    const source = stacks.get('giropops-lite')?.source;
    expect(Object.keys(source?.files ?? {}).sort()).toEqual([
      'conf/alertmanager/config.yml.tmpl',
      'conf/grafana/dashboards.yml',
      'conf/grafana/datasource.yml',
      'conf/grafana/giropops.json',
      'conf/prometheus/alert.rules',
      'conf/prometheus/prometheus.yml',
      'grafana.config',
    ]);
    const password = Buffer.from(source?.files['grafana.config'] ?? '', 'base64').toString();
    expect(password).toBe('GF_SECURITY_ADMIN_PASSWORD=giropops\n');
  });

  test('gives a stack the defaults of its parameters for a start', async () => {
    const { stacks } = await loadCatalogue();
    expect(stacks.get('static-site')?.source.variables).toEqual({ AUTHOR: 'Docker' });
  });

  test('leaves web of the visualizer as it is in webserver, so that it is an update in place', async () => {
    const { stacks } = await loadCatalogue();
    const webOf = (name: string) => {
      const entry = stacks.get(name);
      if (!entry) throw new Error(`no ${name}`);
      const { services, networks } = convertStack('primeiro', readCompose(entry.source));
      return { web: services.find(({ Name }) => Name === 'primeiro_web'), networks };
    };
    expect(webOf('visualizer')).toEqual(webOf('webserver'));
  });

  test('has giropops-lite the same in both of its sizes', async () => {
    const { stacks } = await loadCatalogue();
    const [lite, whole] = ['giropops-lite', 'giropops-monitoring'].map((name) => {
      const entry = stacks.get(name);
      if (!entry) throw new Error(`no ${name}`);
      return convertStack('giropops', readCompose(entry.source));
    });
    for (const service of lite?.services ?? []) expect(whole?.services).toContainEqual(service);
    for (const config of lite?.configs ?? []) expect(whole?.configs).toContainEqual(config);
    expect(whole?.services).toHaveLength(8);
  });

  test('passes over files that are no stack and no template', async () => {
    const directory = await catalogueWith({ 'stacks/.DS_Store': 'x', 'templates/README.md': 'x' });
    expect(await loadCatalogue(directory)).toEqual(await loadCatalogue());
  });

  const manifest = (name: string, more = '') =>
    `name: ${name}\ndescription: d\nlinks: []\nmemoryMiB: 1\nimages: [{ reference: a, lastKnown: 2026-01-01 }]\n${more}`;
  const template = (lines: string) => `name: t\ndescription: d\n${lines}`;
  const MANAGER = 'machines: [{ name: a, role: manager }]';
  test.each([
    [
      'stacks/webserver/compose.yml',
      'version: "2"\nservices: {}',
      /webserver\/compose\.yml: .*line 1.*version: is "2"/,
    ],
    [
      'stacks/webserver/compose.yml',
      'services: { web.x: { image: a } }',
      /webserver\/compose\.yml: .*webserver_web\.x/,
    ],
    [
      'stacks/webserver/compose.yml',
      'services: { web: { image: nginx } }',
      /publishes no port 8080, which stack\.yml links to/,
    ],
    ['stacks/webserver/stack.yml', manifest('other'), /is named other, and its folder webserver/],
    ['stacks/webserver/stack.yml', 'name: webserver', /webserver\/stack\.yml: description: .*; links: /],
    ['stacks/webserver/stack.yml', 'a: [', /webserver\/stack\.yml: /],
    ['stacks/empty/stack.yml', manifest('empty'), /empty\/compose\.yml: ENOENT/],
    [
      'templates/t.yml',
      template('swarm: formed\nmachines: [{ name: a, role: worker }]'),
      /t\.yml: a formed swarm needs a manager/,
    ],
    [
      'templates/t.yml',
      template('swarm: formed\nmachines: [{ name: a, role: manager }, { name: b, role: none }]'),
      /every machine is manager or worker/,
    ],
    [
      'templates/t.yml',
      template('swarm: none\nmachines: [{ name: a, role: worker }]'),
      /without a swarm every role is none/,
    ],
    [
      'templates/t.yml',
      template('swarm: formed\nmachines: [{ name: a, role: manager }, { name: A, role: worker }]'),
      /two machines are named a/,
    ],
    [
      'templates/t.yml',
      template(`swarm: formed\n${MANAGER}\nstacks: [{ from: nothing }]`),
      /there is no stack nothing/,
    ],
    [
      'templates/t.yml',
      template('swarm: none\nmachines: [{ name: a, role: none }]\nstacks: [{ from: webserver }]'),
      /stacks need a formed swarm/,
    ],
    [
      'templates/t.yml',
      template(`swarm: formed\n${MANAGER}\nstacks: [{ from: webserver, as: x }, { from: registry, as: x }]`),
      /two stacks are named x/,
    ],
    [
      'templates/t.yml',
      template(`swarm: formed\n${MANAGER}\nstacks: [{ from: webserver }, { from: webserver, as: x }]`),
      /two stacks publish port 8080/,
    ],
    ['templates/u.yml', template(`swarm: formed\n${MANAGER}`), /is named t, and its file u\.yml/],
    ['templates/t.yml', template('swarm: maybe\nmachines: []'), /t\.yml: swarm: .*; machines: /],
  ])('refuses %s that holds %j', async (name, text, words) => {
    const directory = await catalogueWith({ [name]: text });
    await expect(loadCatalogue(directory)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(words),
    });
  });

  const compose = (service: string) => `services: { s: { image: a, ${service} } }\n`;
  test.each<[Record<string, string>, RegExp]>([
    [
      { 'stack.yml': manifest('x'), 'compose.yml': 'services: { s: { image: b } }' },
      /x\/stack\.yml: does not list the image b of compose\.yml/,
    ],
    [
      {
        'stack.yml': manifest('x').replace('[{', '[{ reference: b, lastKnown: 2026-01-01 }, {'),
        'compose.yml': compose(''),
      },
      /x\/stack\.yml: lists the image b, which compose\.yml does not use/,
    ],
    [
      { 'stack.yml': manifest('x').replace('2026-01-01', '2026-13-01'), 'compose.yml': compose('') },
      /x\/stack\.yml: images\.0\.lastKnown: /,
    ],
    [
      { 'stack.yml': manifest('x'), 'compose.yml': compose('hostname: "$WHO"') },
      /x\/stack\.yml: declares no parameter WHO, which compose\.yml uses/,
    ],
    [
      {
        'stack.yml': manifest('x', 'parameters: [{ name: WHO, description: d }]'),
        'compose.yml': compose('hostname: "$$WHO"'),
      },
      /x\/stack\.yml: declares the parameter WHO, which compose\.yml does not use/,
    ],
    [
      {
        'stack.yml': manifest('x', 'parameters: [{ name: WHO, description: d, kind: url, default: here }]'),
        'compose.yml': compose('hostname: "$WHO"'),
      },
      /x\/stack\.yml: WHO must be a whole address/,
    ],
    [
      { 'stack.yml': manifest('x'), 'compose.yml': compose('env_file: [conf/a.env]') },
      /x\/compose\.yml: .*conf\/a\.env/,
    ],
    [
      { 'stack.yml': manifest('x'), 'compose.yml': compose(''), 'conf/left.txt': 'x' },
      /x\/conf\/left\.txt: compose\.yml does not refer to it/,
    ],
  ])('refuses a stack of %j', async (files, words) => {
    const named = Object.entries(files).map(([name, text]) => [`stacks/x/${name}`, text]);
    const directory = await catalogueWith(Object.fromEntries(named));
    await expect(loadCatalogue(directory)).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringMatching(words),
    });
  });

  test('refuses a template whose stack asks for what nobody is there to give', async () => {
    const directory = await catalogueWith({
      'stacks/x/stack.yml': manifest('x', 'parameters: [{ name: WHO, description: d, required: true }]'),
      'stacks/x/compose.yml': compose('hostname: "$WHO"'),
      'templates/t.yml': template(`swarm: formed\n${MANAGER}\nstacks: [{ from: x }]`),
    });
    await expect(loadCatalogue(directory)).rejects.toThrow(/t\.yml: the stack x asks for a parameter/);
  });

  test('tells of all wrong files at once, and of a folder that is not there', async () => {
    const directory = await catalogueWith({ 'stacks/a/stack.yml': '1', 'stacks/b/stack.yml': '2' });
    await expect(loadCatalogue(directory)).rejects.toThrow(
      /stacks\/a\/stack\.yml.*\n.*stacks\/b\/stack\.yml/,
    );
    await expect(loadCatalogue('/nowhere')).rejects.toThrow(/\/nowhere\/stacks/);
  });
});
