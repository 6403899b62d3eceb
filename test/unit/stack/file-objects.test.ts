import { describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../../shared/core/errors.ts';
import type { StackSource } from '../../../shared/lab/stack-source.ts';
import { readCompose } from '../../../shared/stack/compose/read-compose.ts';
import { convertStack, type StackObjects } from '../../../shared/stack/convert/convert-stack.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
function source(compose: string, files: Record<string, string> = {}): StackSource {
  const encoded = Object.entries(files).map(([path, text]) => [path, base64(text)]);
  return { compose, files: Object.fromEntries(encoded), variables: {} };
}
function convert(compose: string, files?: Record<string, string>, stack = 's'): StackObjects {
  return convertStack(stack, readCompose(source(compose, files)));
}
function refusal(compose: string, files?: Record<string, string>, stack?: string) {
  try {
    convert(compose, files, stack);
  } catch (error) {
    if (isSlipwayError(error, 'invalid_input')) return error.issues;
    throw error;
  }
  throw new Error('it was accepted');
}
type Container = Record<string, unknown>;
const containerOf = ({ services }: StackObjects) => services[0]?.TaskTemplate.ContainerSpec as Container;
const Labels = { 'com.docker.stack.namespace': 's' };
const target = (Name: string) => ({ Name, UID: '0', GID: '0', Mode: 0o444 });

describe('secrets and configs', () => {
  test('are made of files that came along, named by the stack or by themselves, used or not', () => {
    const objects = convert(
      `
services: { web: { image: app, secrets: [pw], configs: [{ source: conf, target: /etc/app.conf, uid: "5", mode: 0440 }] } }
secrets:
  pw: { file: ./in/pw.txt, labels: [a=b] }
  spare: { file: in/../in//pw.txt, name: mine }
  vaulted: { driver: vault, driver_opts: { a: 1 } }
configs: { conf: { file: app.conf, template_driver: golang } }
`,
      { 'in/pw.txt': 'geheim', 'app.conf': 'x' },
    );
    expect(objects.secrets).toEqual([
      { Name: 's_pw', Labels: { a: 'b', ...Labels }, Data: base64('geheim') },
      { Name: 'mine', Labels, Data: base64('geheim') },
      { Name: 's_vaulted', Labels, Driver: { Name: 'vault', Options: { a: '1' } } },
    ]);
    expect(objects.configs).toEqual([
      { Name: 's_conf', Labels, Data: base64('x'), Templating: { Name: 'golang' } },
    ]);
    expect(containerOf(objects)).toMatchObject({
      Secrets: [{ File: target('pw'), SecretName: 's_pw' }],
      Configs: [{ File: { Name: '/etc/app.conf', UID: '5', GID: '0', Mode: 0o440 }, ConfigName: 's_conf' }],
    });
  });

  test('are sorted by their names in the swarm, so that another order in the file is no change', () => {
    const objects = convert(
      'services: { web: { image: app, secrets: [z, a] } }\nsecrets: { z: { file: f, name: aa }, a: { file: f } }',
      { f: 'x' },
    );
    expect(containerOf(objects).Secrets).toMatchObject([{ SecretName: 'aa' }, { SecretName: 's_a' }]);
  });

  test('that are external are not made, and told only where a service uses them', () => {
    const { external, secrets } = convert(`
services: { web: { image: app, secrets: [a, b, c], configs: [a] } }
secrets: { a: { external: true }, b: { external: true, name: bee }, c: { external: { name: see } }, unused: { external: true } }
configs: { a: { external: true, file: /passed/over } }
`);
    expect(secrets).toEqual([]);
    expect(external).toEqual({ networks: [], secrets: ['a', 'bee', 'see'], configs: ['a'] });
  });

  test('may describe an account for Windows, whose config the engine itself reads', () => {
    const objects = convert(
      'services: { web: { image: app, credential_spec: { config: c } } }\nconfigs: { c: { file: f } }',
      { f: 'x' },
    );
    expect(containerOf(objects)).toMatchObject({
      Privileges: { CredentialSpec: { Config: 's_c', File: '', Registry: '' } },
      Configs: [{ Runtime: {}, ConfigName: 's_c' }],
    });
    expect(
      refusal(
        'services: { web: { image: app, credential_spec: { config: c } } }\nconfigs: { c: { file: f, name: other } }',
        { f: 'x' },
      ),
    ).toMatchObject([{ pointer: '/services/web/credential_spec/config', place: { line: 1 } }]);
  });

  test.each([
    ['secrets: { a: { file: /etc/shadow } }', /leads out of the Compose file's folder/],
    ['secrets: { a: { file: ../../x } }', /leads out of the Compose file's folder/],
    ['configs: { a: { file: ~/x } }', /leads out of the Compose file's folder/],
    ['configs: { a: { file: conf/../../f } }', /leads out of the Compose file's folder/],
    ['configs: { a: { file: nothere.txt } }', /in a part named nothere.txt/],
    ['configs: { a: { file: conf } }', /is a folder: name one file in it/],
    ['secrets: { a: {} }', /needs a file, or external: true/],
    ['secrets: { a: { file: empty } }', /is empty/],
    ['secrets: { a: { file: large } }', /a swarm keeps fewer than 512000/],
    ['configs: { a: { content: hi } }', /content: is not part of version 3/],
    ['secrets: { a: { environment: HOME } }', /environment: is not part of version 3/],
    ['secrets: { a: { driver: d, file: f } }', /keep one of the two/],
    ['secrets: { a: { external: { name: x }, name: y } }', /keep name/],
    ['secrets: { a: }', /must be a mapping/],
    ['secrets: { "a b": { file: f } }', /a name is letters, digits/],
    ['secrets: { "x.": { file: f } }', /the secret's name in the swarm would be s_x\./],
  ])('%s is refused in words', (section, words) => {
    const files = { f: 'x', 'conf/a': 'x', empty: '', large: 'x'.repeat(512_000) };
    const issues = refusal(`services: { web: { image: app } }\n${section}`, files);
    expect(issues).toMatchObject([{ message: expect.stringMatching(words), place: { line: 2 } }]);
  });

  test.each([
    ['secrets: [no]', /names the secret no, which/],
    ['configs: [{ target: x }]', /names nothing: give it a source/],
    ['secrets: [a, { source: a, target: a }]', /another is at a already/],
    ['credential_spec: { config: no }', /names the config no, which/],
    ['credential_spec: { config: a, file: b }', /keep one of them/],
  ])('a service with %s is refused in words', (line, words) => {
    const rest = 'secrets: { a: { file: f } }\nconfigs: { a: { file: f } }';
    const [issue] = refusal(`services: { web: { image: app, ${line} } }\n${rest}`, { f: 'x' });
    expect(issue?.message).toMatch(words);
  });

  test('of names that no swarm takes are refused with all others, before anything is made', () => {
    const long = 'x'.repeat(62);
    const issues = refusal(
      `services: { web: { image: app, networks: [n] }, "${long}": { image: app }, "a.b": { image: app } }
networks: { n: { name: "a b" } }
configs: { ${long}: { file: f }, ${long}x: { file: f } }`,
      { f: 'x' },
    );
    expect(issues.map(({ pointer, place }) => [pointer, place?.line])).toEqual([
      [`/services/${long}`, 1],
      ['/services/a.b', 1],
      ['/networks/n', 2],
      [`/configs/${long}x`, 3],
    ]);
  });
});

describe('a bind of what lies beside the Compose file', () => {
  const compose = `services:
  web:
    image: app
    volumes:
      - ./conf/prom.yml:/etc/prom.yml:ro
      - /var/run/docker.sock:/var/run/docker.sock
      - { type: bind, source: site, target: /www/ }
`;
  const files = { 'conf/prom.yml': 'p', 'site/index.html': 'i', 'site/css/a b.css': 'c', 'site/empty': '' };

  test('becomes a config for each file, and is told with its line', () => {
    const objects = convert(compose, files);
    expect(objects.configs).toEqual([
      { Name: 's_web_conf-prom.yml', Labels, Data: base64('p') },
      { Name: 's_web_site-css-a-b.css', Labels, Data: base64('c') },
      { Name: 's_web_site-index.html', Labels, Data: base64('i') },
    ]);
    expect(containerOf(objects)).toMatchObject({
      Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock' }],
      Configs: [
        { File: target('/etc/prom.yml'), ConfigName: 's_web_conf-prom.yml' },
        { File: target('/www/css/a b.css'), ConfigName: 's_web_site-css-a-b.css' },
        { File: target('/www/index.html'), ConfigName: 's_web_site-index.html' },
      ],
    });
    expect(objects.remarks).toEqual([
      {
        pointer: '/services/web/volumes/0',
        place: { file: 'compose.yml', line: 5, column: 9 },
        message: './conf/prom.yml is made a config, because a path on your disk means nothing in a cluster',
      },
      {
        pointer: '/services/web/volumes/2',
        place: { file: 'compose.yml', line: 7, column: 9 },
        message:
          'site is made 2 configs, because a path on your disk means nothing in a cluster; they are read-only; 1 that are empty are left out',
      },
    ]);
  });

  test('has names that are short, no other’s, and the same each time', () => {
    const long = `${'d/'.repeat(40)}f`;
    const text = `services: { web: { image: app, volumes: ["./${long}:/a", "./x/y:/b", "./x-y:/c", "./x/y:/d"] } }`;
    const convertOnce = () =>
      convert(text, { [long]: '1', 'x/y': '2', 'x-y': '3' }).configs.map(({ Name }) => Name);
    const names = convertOnce();
    expect(names).toEqual([
      expect.stringMatching(/^s_web_d-d-.*-[0-9a-f]{8}$/),
      's_web_x-y',
      expect.stringMatching(/^s_web_x-y-[0-9a-f]{8}$/),
    ]);
    expect(names.every((name) => name.length <= 64)).toBe(true);
    expect(convertOnce()).toEqual(names);
  });

  test('may be of the whole folder', () => {
    const { configs } = convert('services: { web: { image: app, volumes: [".:/src"] } }', {
      a: '1',
      'b/c': '2',
    });
    expect(configs.map(({ Name }) => Name)).toEqual(['s_web_a', 's_web_b-c']);
  });

  test.each([
    ['./gone:/x', /the file gone did not come with the request: send it as multipart/],
    ['../up:/x', /leads out of/],
    ['~/.ssh:/x', /a path on your own disk/],
    ['./large:/x', /a swarm keeps fewer than 1024000/],
    ['./many:/x', /has 101 files, and 100 may become configs/],
  ])('%s is refused in words', (mount, words) => {
    const many = Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`many/${index}`, 'x']));
    const issues = refusal(`services: { web: { image: app, volumes: ["${mount}"] } }`, {
      large: 'x'.repeat(1_024_000),
      ...many,
    });
    expect(issues).toMatchObject([
      { pointer: '/services/web/volumes/0', message: expect.stringMatching(words), place: { line: 1 } },
    ]);
  });

  test('cannot be where a config is already', () => {
    const issues = refusal(
      'services: { web: { image: app, volumes: ["./f:/x"], configs: [{ source: c, target: /x }] } }\nconfigs: { c: { file: f } }',
      { f: 'x' },
    );
    expect(issues).toMatchObject([{ message: expect.stringMatching(/makes a config at \/x/) }]);
  });
});
