import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { loadCatalogue } from '../../../shared/catalogue/load-catalogue.ts';

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

  test('has the course’s first stack and its registry, each with its link', async () => {
    const { stacks } = await loadCatalogue();
    expect(stacks.get('webserver')?.links).toMatchObject([{ port: 8080, path: '/' }]);
    expect(stacks.get('registry')?.links).toMatchObject([{ port: 5000 }]);
    expect(stacks.get('webserver')?.compose).toContain('replicas: 5');
  });

  test('passes over files that are no stack and no template', async () => {
    const directory = await catalogueWith({ 'stacks/.DS_Store': 'x', 'templates/README.md': 'x' });
    expect([...(await loadCatalogue(directory)).templates.keys()].sort()).toEqual(['docker-host', 'swarm']);
  });

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
      'services: { web: { image: a } }',
      /publishes no port 8080, which stack\.yml links to/,
    ],
    [
      'stacks/webserver/stack.yml',
      'name: other\ndescription: d\nlinks: []',
      /is named other, and its folder webserver/,
    ],
    ['stacks/webserver/stack.yml', 'name: webserver', /webserver\/stack\.yml: description: .*; links: /],
    ['stacks/webserver/stack.yml', 'a: [', /webserver\/stack\.yml: /],
    ['stacks/empty/stack.yml', 'name: empty\ndescription: d\nlinks: []', /empty\/compose\.yml: ENOENT/],
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

  test('tells of all wrong files at once, and of a folder that is not there', async () => {
    const directory = await catalogueWith({ 'stacks/a/stack.yml': '1', 'stacks/b/stack.yml': '2' });
    await expect(loadCatalogue(directory)).rejects.toThrow(
      /stacks\/a\/stack\.yml.*\n.*stacks\/b\/stack\.yml/,
    );
    await expect(loadCatalogue('/nowhere')).rejects.toThrow(/\/nowhere\/stacks/);
  });
});
