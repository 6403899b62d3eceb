import { describe, expect, test } from 'vitest';
import { aMachine, aMachineStatus } from '../../support/builders.ts';
import { createWorld } from '../../support/world.ts';
import { loggedIn } from './call-command.ts';

const two = ['m1', 'm2'];
const twelve = [12, 3, 1, 11, 2, 10, 4, 9, 5, 8, 6, 7].map((number) => `m${number}`);

async function deskWith(names: string[], env: Record<string, string> = {}) {
  const world = createWorld();
  await world.keep({
    spec: { machines: names.map((name) => aMachine(name, { role: 'none' })), swarm: 'none', stacks: [] },
    status: {
      swarm: undefined,
      stacks: [],
      machines: names.map((name) => {
        const number = Number(name.slice(1));
        const address = `100.64.0.${number + 1}`;
        return number === 2
          ? aMachineStatus(name, { state: 'Stopped', privateAddress: address })
          : aMachineStatus(name, {
              privateAddress: address,
              address: number === 10 ? '100.64.0.111' : address,
              engine: { version: '27.3.1', nodeId: '' },
            });
      }),
    },
  } as Parameters<typeof world.keep>[0]);
  return loggedIn(world, { env });
}

describe('ls is docker-machine’s, character for character', () => {
  test('of one machine', async () => {
    expect((await (await deskWith(['m1'])).call('ls')).out).toBe(
      [
        'NAME   ACTIVE   DRIVER    STATE     URL                     SWARM   DOCKER    ERRORS\n',
        'm1     -        lagging   Running   tcp://100.64.0.2:2376           v27.3.1   \n',
      ].join(''),
    );
  });

  test('of two, the one that docker is pointed at marked, the stopped one without URL and version', async () => {
    const desk = await deskWith(two, { DOCKER_HOST: 'tcp://100.64.0.2:2376' });
    expect((await desk.call('ls')).out).toBe(
      [
        'NAME   ACTIVE   DRIVER    STATE     URL                     SWARM   DOCKER    ERRORS\n',
        'm1     *        lagging   Running   tcp://100.64.0.2:2376           v27.3.1   \n',
        'm2     -        lagging   Stopped                                   Unknown   \n',
      ].join(''),
    );
  });

  test('of twelve, m2 before m10, each column three blanks wider than its longest cell', async () => {
    expect((await (await deskWith(twelve)).call('ls')).out).toBe(
      [
        'NAME   ACTIVE   DRIVER    STATE     URL                       SWARM   DOCKER    ERRORS\n',
        'm1     -        lagging   Running   tcp://100.64.0.2:2376             v27.3.1   \n',
        'm2     -        lagging   Stopped                                     Unknown   \n',
        'm3     -        lagging   Running   tcp://100.64.0.4:2376             v27.3.1   \n',
        'm4     -        lagging   Running   tcp://100.64.0.5:2376             v27.3.1   \n',
        'm5     -        lagging   Running   tcp://100.64.0.6:2376             v27.3.1   \n',
        'm6     -        lagging   Running   tcp://100.64.0.7:2376             v27.3.1   \n',
        'm7     -        lagging   Running   tcp://100.64.0.8:2376             v27.3.1   \n',
        'm8     -        lagging   Running   tcp://100.64.0.9:2376             v27.3.1   \n',
        'm9     -        lagging   Running   tcp://100.64.0.10:2376            v27.3.1   \n',
        'm10    -        lagging   Running   tcp://100.64.0.111:2376           v27.3.1   \n',
        'm11    -        lagging   Running   tcp://100.64.0.12:2376            v27.3.1   \n',
        'm12    -        lagging   Running   tcp://100.64.0.13:2376            v27.3.1   \n',
      ].join(''),
    );
  });

  test('with -q the names alone', async () => {
    expect((await (await deskWith(twelve)).call('ls', '-q')).out).toBe(
      'm1\nm2\nm3\nm4\nm5\nm6\nm7\nm8\nm9\nm10\nm11\nm12\n',
    );
  });
});

describe('--filter', () => {
  test.each([
    [['name=^m1'], 'm1\nm10\nm11\nm12\n'],
    [['state=stopped'], 'm2\n'],
    [['state=Running', 'name=^m[12]$'], 'm1\n'],
    [['name=^m1$', 'name=^m2$'], 'm1\nm2\n'],
    [['driver=nothing'], ''],
    [['label=a=b'], ''],
  ])('%j keeps %j', async (filters, names) => {
    const desk = await deskWith(twelve);
    const given = filters.flatMap((filter) => ['--filter', filter]);
    expect(await desk.call('ls', '-q', ...given)).toEqual({ code: 0, out: names, err: '' });
  });

  test.each(['name', 'colour=red', 'name=('])('%j is refused before anything is asked', async (filter) => {
    const desk = await deskWith(['m1']);
    expect((await desk.call('ls', '--filter', filter)).code).toBe(2);
  });
});

describe('--format', () => {
  test.each([
    ['{{.Name}}: {{ .State }}', 'm1: Running\nm2: Stopped\n'],
    ['{{json .Name}}\\t{{.DockerVersion}}', '"m1"\tv27.3.1\n"m2"\tUnknown\n'],
    ['plain', 'plain\nplain\n'],
    ['table {{.Name}}\\t{{.URL}}', 'NAME   URL\nm1     tcp://100.64.0.2:2376\nm2     \n'],
    ['table {{.Name}} {{.State}}', 'NAME STATE\nm1 Running\nm2 Stopped\n'],
  ])('%j', async (format, out) => {
    expect((await (await deskWith(two)).call('ls', '-f', format)).out).toBe(out);
  });

  test.each([
    '{{.Nothing}}',
    '{{if .Name}}x{{end}}',
    '{{.Name',
    'x}}',
    '{{ .Name | upper }}',
    '{{.Name.Deep}}',
  ])('%j is not understood, and nothing is printed', async (format) => {
    const { code, out, err } = await (await deskWith(two)).call('ls', '-f', format);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('--format');
  });
});

describe('ls --json', () => {
  test('is what the API answers', async () => {
    const { out } = await (await deskWith(two)).call('ls', '--json');
    expect(
      JSON.parse(out).map(({ name, state }: { name: string; state: string }) => `${name} ${state}`),
    ).toEqual(['m1 Running', 'm2 Stopped']);
  });
});
