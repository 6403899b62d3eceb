import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { type DockerCli, dockerOf } from '../support/docker-cli.ts';
import { type AwsDeployment, startAwsDeployment } from '../support/lambda/aws-deployment.ts';
import { CONTROL_RANGES } from '../support/lambda/function-environments.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import type { LabAnswer } from '../support/live-server.ts';
import { untilPhase } from '../support/until-phase.ts';

const DEPLOYMENT = `aws-lab-${process.pid}`;
/** Shorter than EC2's, which wait for nothing but hardware. */
const TIMES = { pendingMs: 2_000, stoppingMs: 1_000, shuttingDownMs: 1_000 };
/** A command that goes well where anything answers at all. */
const reach = (url: string) =>
  `if command -v curl >/dev/null; then curl -s -m 3 -o /dev/null ${url}; else busybox nc -w 3 ${new URL(url).hostname} ${new URL(url).port || 80} </dev/null; fi`;
const PUBLIC_ADDRESS = /^tcp:\/\/198\.1[89]\.\d+\.\d+:2376$/;

/** In front of the machine's own, in whose first boot it does not go. /run is of one boot. */
const FAILS_ONCE = {
  path: '/usr/local/bin/openssl',
  mode: 0o755,
  content: `#!/bin/sh
if [ -e /run/first-boot ] || [ ! -e /var/lib/booted ]; then
  touch /run/first-boot /var/lib/booted
  echo 'the disk is on fire' >&2
  exit 1
fi
exec /usr/bin/openssl "$@"
`,
};

describe('the deployment on AWS, its built bundles on fakes and real machines', () => {
  let aws: AwsDeployment;
  let student: ApiClient;
  let lab: LabAnswer;
  let shell: DockerCli;
  /** Another student's, whose third machine fails its first boot; it comes up beside the first. */
  let other: ApiClient;
  let failing: Promise<LabAnswer>;
  let boots: 'well' | 'badly' = 'well';
  const phases: string[] = [];
  const timed = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    try {
      return await work();
    } finally {
      phases.push(`${what} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  };

  beforeAll(async () => {
    aws = await timed('deployed', () =>
      startAwsDeployment({
        deployment: DEPLOYMENT,
        times: TIMES,
        spoil: ({ launchIndex }) => (boots === 'badly' && launchIndex === 2 ? [FAILS_ONCE] : []),
      }),
    );
    return async () => {
      const counts = Object.entries(aws.functions).map(
        ([name, { invocations, coldStarts }]) => `${name} ${invocations} invocations (${coldStarts} cold)`,
      );
      console.log([...phases, ...counts, `EC2 ${aws.fake.calls().length} calls`].join(' · '));
      await aws.close();
      await expectNothingLeft(DEPLOYMENT);
    };
  });
  afterEach(({ task }) => {
    if (task.result?.state !== 'fail') return;
    for (const { log, errors } of Object.values(aws.functions)) {
      console.log([...errors, ...log.slice(-60)].join('\n'));
    }
  });
  test('gives its operator a key by the first tick, and keeps it', async () => {
    expect(await aws.operatorKey()).toBeUndefined();
    await timed('tick', () => aws.tick());
    const key = await aws.operatorKey();
    expect(key).toMatch(/^\S{40,}$/);
    await aws.tick();
    expect(await aws.operatorKey()).toBe(key);
    student = await aws.student('ana');
  });

  test('brings up a student’s lab of three, its stack at 5/5', async () => {
    const { id } = await student.json<LabAnswer>('POST', '/labs', { template: 'swarm' });
    lab = await timed('lab ready', () => untilPhase(student, id, 'ready'));
    expect(lab.machines.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'LINUXtips-01 Running',
      'LINUXtips-02 Running',
      'LINUXtips-03 Running',
    ]);
  });

  test('whose swarm the student’s own docker reaches over TLS at the machine’s public address', async () => {
    const url = lab.machines[0]?.url ?? '';
    expect(url).toMatch(PUBLIC_ADDRESS);
    shell = await dockerOf(student, lab.id, 'LINUXtips-01');
    expect(await shell('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}')).toBe(url);
    const nodes = await shell('node', 'ls', '--format', '{{.Hostname}} {{.Status}} {{.ManagerStatus}}');
    expect(nodes.split('\n').sort()).toEqual([
      'LINUXtips-01 Ready Leader',
      'LINUXtips-02 Ready Reachable',
      'LINUXtips-03 Ready',
    ]);
    expect(await shell('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toBe('webserver_web 5/5');
  });

  test('whose containers reach the API, and not what the machines were told', async () => {
    const container = await shell('ps', '-q', '--latest', '--filter', 'status=running');
    const fromWithin = (url: string) =>
      shell('exec', container, 'sh', '-c', `${reach(url)} && echo reached || echo 'not reached'`);
    const { port } = new URL(aws.url);
    expect(await fromWithin(`http://${aws.hosts.gateway}:${port}/v1/health`)).toBe('reached');
    expect(await fromWithin('http://169.254.169.254/latest/meta-data/')).toBe('not reached');
    const [instance] = aws.fake.instances();
    if (instance === undefined) throw new Error('no instance');
    // With the same words the machine itself gets an answer, though no more than a refusal without a token.
    await aws.hosts.inside(instance, 'sh', '-c', reach('http://169.254.169.254/latest/meta-data/'));
    expect(instance.metadata).toMatchObject({ tokens: 'required', hopLimit: 1 });
  });

  test('beside which another is asked for', async () => {
    other = await aws.student('bob');
    boots = 'badly';
    failing = other.json<LabAnswer>('POST', '/labs', { template: 'swarm', stacks: [] });
    expect((await failing).phase).toBe('pending');
  });

  test('that has other addresses after a stop and start, and the same certificate still opens it', async () => {
    await student.json('PATCH', `/labs/${lab.id}`, { power: 'off' });
    const stopped = await timed('stopped', () => untilPhase(student, lab.id, 'stopped'));
    expect(stopped.machines.map(({ url }) => url)).toEqual([undefined, undefined, undefined]);
    await student.json('PATCH', `/labs/${lab.id}`, { power: 'on' });
    const started = await timed('started', () => untilPhase(student, lab.id, 'ready'));
    const urls = started.machines.map(({ url }) => url);
    for (const url of urls) expect(url).toMatch(PUBLIC_ADDRESS);
    expect(urls.filter((url) => lab.machines.some((machine) => machine.url === url))).toEqual([]);
    const nodes = await shell('-H', urls[0] ?? '', 'node', 'ls', '--format', '{{.Status}}');
    expect(nodes.split('\n')).toEqual(['Ready', 'Ready', 'Ready']);
  });

  test('and one of which a machine’s first boot fails says why, boots it anew and is whole', async () => {
    const { id } = await failing;
    await timed('lab with a failed boot ready', () => untilPhase(other, id, 'ready'));
    const events = await timelineOf(other, id);
    expect(events).toContain('BootFailed LINUXtips-03: openssl could not make a key: the disk is on fire');
    expect(events).toContainEqual(expect.stringMatching(/^BootedAnew LINUXtips-03 /));
    await other.json('DELETE', `/labs/${id}`);
    await untilPhase(other, id, 'deleted');
  });

  test('is torn down when it expires, and nothing is left in the account', async () => {
    const due = new Date(Date.now() + 2_000).toISOString();
    await student.json('PATCH', `/labs/${lab.id}`, { expiresAt: due });
    await timed('expired', () => untilPhase(student, lab.id, 'deleted'));
    expect(aws.fake.leftovers({ 'slipway:deployment': DEPLOYMENT })).toEqual([]);
    expect((await aws.labs.load(lab.id))?.lab.status.machines).toEqual([]);
    await aws.fake.settled();
    expect(aws.fake.instances()).toHaveLength(6);
    expect(Object.values(aws.functions).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test('and in all that time nobody asked EC2 to open an engine or a shell to the world', () => {
    const inbound = aws.fake.authorizeCalls().filter(({ direction }) => direction === 'ingress');
    const rules = inbound.flatMap((call) => call.rules);
    const opens = (port: number) =>
      rules.filter(
        ({ protocol, fromPort, toPort }) => protocol === '-1' || (fromPort <= port && port <= toPort),
      );
    for (const port of [2376, 22]) {
      const peers = opens(port).map(({ peer }) => peer);
      for (const peer of peers) {
        // Two halves are the world too.
        expect(peer).not.toMatchObject({ cidrIpv4: expect.stringMatching(/\/[0-7]$/) });
        expect(peer).not.toHaveProperty('cidrIpv6');
      }
    }
    expect(opens(2376).map(({ peer }) => peer)).toEqual(
      expect.arrayContaining([...CONTROL_RANGES, '127.0.0.1/32'].map((cidrIpv4) => ({ cidrIpv4 }))),
    );
  });

  test('and no function logged a secret', async () => {
    const log = Object.values(aws.functions)
      .flatMap((one) => one.log)
      .join('\n');
    expect(log).toContain('signed for a host');
    expect(log).not.toMatch(/PRIVATE KEY|SWMTKN|Bearer/);
    expect(log).not.toContain(await aws.operatorKey());
  });
});

interface Event {
  type: string;
  message: string;
}

async function timelineOf(api: ApiClient, labId: string): Promise<string[]> {
  const { items } = await api.json<{ items: Event[] }>('GET', `/labs/${labId}/events?limit=100`);
  return items.map(({ type, message }) => `${type} ${message}`);
}
