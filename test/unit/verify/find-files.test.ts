// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how Compose writes its variables
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFiles } from '../../verify/find-files.ts';

const WEB = 'services: { web: { image: app } }\n';

describe('the files below a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'slipway-find-')), 'given');
    mkdirSync(folder);
  });
  afterEach(() => rmSync(dirname(folder), { recursive: true }));

  const write = (name: string, content: string | Uint8Array) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const names = async () => (await findFiles(folder)).files.map(({ name }) => name);

  test('are all Compose files, however deep, and in order', async () => {
    write('b.yml', WEB);
    write('a/deep/er/x.yaml', WEB);
    write('A.YML', WEB);
    write('readme.md', 'services:');
    expect(await names()).toEqual(['given/A.YML', 'given/a/deep/er/x.yaml', 'given/b.yml']);
  });

  test('are those too that are broken, for both must refuse them', async () => {
    write('tab.yml', 'services:\n\tweb: x\n');
    write('empty.yml', '');
    write('binary.yml', Uint8Array.from([0, 255, 254, 10, 1]));
    write('list.yml', '- a\n');
    write('v1.yml', 'web:\n  image: app\n');
    write(
      'bomb.yml',
      `a: &a [x]\n${[...'bcdefghijk'].map((key, index) => `${key}: &${key} [${`*${'abcdefghijk'[index]},`.repeat(9)}]`).join('\n')}\nservices: *k\n`,
    );
    expect(await names()).toHaveLength(6);
  });

  test('are none that others refer to, nor what has nothing of a stack; both are told', async () => {
    write(
      'x.yml',
      'services: { web: { image: app, configs: [p] } }\nconfigs: { p: { file: ./conf/prometheus.yml } }\n',
    );
    write('conf/prometheus.yml', 'services: [not, a, stack]\n');
    write('rules.yml', 'groups: []\n');
    const { files, passedOver } = await findFiles(folder);
    expect(files.map(({ name }) => name)).toEqual(['given/x.yml']);
    expect(passedOver).toEqual([
      { name: 'given/rules.yml', reason: 'has nothing of a Compose file' },
      { name: 'given/conf/prometheus.yml', reason: 'another file refers to it' },
    ]);
  });

  test('bring along what they name beside them, whatever bytes it is, and nothing else', async () => {
    write('x.yml', 'services: { web: { image: app, env_file: a.env, volumes: ["./site:/site"] } }\n');
    write('a.env', 'A=1');
    write('site/index.html', Uint8Array.from([0, 255]));
    write('other.txt', 'x');
    const [file] = (await findFiles(folder)).files;
    expect(file?.source.files).toEqual({ 'a.env': 'QT0x', 'site/index.html': 'AP8=' });
  });

  test('bring along all where a variable hides which', async () => {
    write('x.yml', 'services: { web: { image: app, env_file: "./${NAME}.env" } }\n');
    write('a.env', 'A=1');
    const [file] = (await findFiles(folder)).files;
    expect(Object.keys(file?.source.files ?? {})).toEqual(['a.env', 'x.yml']);
  });

  test('have the variables, the commands and the second deploy that lie beside them', async () => {
    write('x.yml', WEB);
    write('x.variables', '# why\nA=1\nB=a=b \n\nnot one\n');
    write('x.setup', 'network create --driver overlay there\n');
    write('x.second.yml', WEB.replace('app', 'app:2'));
    write('y.second.yml', WEB);
    const { files } = await findFiles(folder);
    expect(files.map(({ name }) => name)).toEqual(['given/x.yml', 'given/y.second.yml']);
    expect(files[0]?.source.variables).toEqual({ A: '1', B: 'a=b ' });
    expect(files[0]?.setup).toEqual([['network', 'create', '--driver', 'overlay', 'there']]);
    expect(files[0]?.second?.source.compose).toContain('app:2');
  });

  test('are found past links that lead in circles or nowhere', async () => {
    write('x.yml', WEB);
    symlinkSync('.', join(folder, 'around'));
    symlinkSync('nowhere', join(folder, 'broken.yml'));
    symlinkSync('x.yml', join(folder, 'link.yml'));
    mkdirSync(join(folder, 'folder.yml'));
    expect(await names()).toEqual(['given/link.yml', 'given/x.yml']);
  });

  test('are refused where there is no such folder', async () => {
    await expect(findFiles(join(folder, 'no'))).rejects.toThrow('ENOENT');
  });
});
