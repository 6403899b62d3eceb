import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressIn } from '../../shared/adapters/docker/subnet.ts';
import { newLabId } from '../../shared/core/ids.ts';
import { type Authority, createAuthority, signServer } from '../../shared/engine/pki.ts';
import { userDataScript } from '../../shared/machine/user-data.ts';
import { launchOf } from '../contract/driver-contract.ts';
import { type Ec2Hosts, openEc2Hosts } from '../support/ec2-hosts/ec2-hosts.ts';
import type { Described } from '../support/ec2-hosts/metadata-service.ts';
import { expectNothingLeft } from '../support/leftovers.ts';

const DEPLOYMENT = `user-data-${process.pid}`;
const SCRIPT = '/var/lib/cloud/instance/scripts/part-001';
const AGAIN = '/var/lib/cloud/scripts/per-boot/slipway';

/** The API, as a new machine of EC2 meets it. */
class Api {
  readonly enrolments: { machine: string; address: string; token: string }[] = [];
  readonly failures: { machine: string; token: string; words: string }[] = [];
  /** The machine's, as the driver would know it. */
  publicAddress: string | undefined;
  /** Until then it has no time for anybody. */
  busyUntil = 0;
  readonly #server: Server;
  readonly #authority: Authority;

  constructor(authority: Authority) {
    this.#authority = authority;
    this.#server = createServer(async (request, response) => {
      const { status, body } = await this.#answer(request);
      response.writeHead(status).end(body);
    });
  }

  async open(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '0.0.0.0', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here');
    const machine = searchParams.get('machine') ?? '';
    const address = searchParams.get('address') ?? '';
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const body = await text(request);
    if (pathname === '/v1/enrol/failure') {
      this.failures.push({ machine, token, words: body.trim() });
      return { status: 204, body: '' };
    }
    const now = Date.now();
    if (now < this.busyUntil) return { status: 503, body: 'busy' };
    this.enrolments.push({ machine, address, token });
    const authority = this.#authority;
    const addresses = [address, ...(this.publicAddress === undefined ? [] : [this.publicAddress])];
    const certificate = await signServer({ authority, csr: body, machine, addresses, now });
    return { status: 200, body: certificate + authority.cert };
  }
}

describe('user data, run as cloud-init runs it on a machine with systemd', () => {
  const labId = newLabId(Date.now());
  const machines = ['one', 'LINUXtips-02', 'three'].map((name) => ({
    name,
    token: `token-of-${name}-${'x'.repeat(30)}`,
  }));
  const sshPublicKey = launchOf(labId, []).sshPublicKey;
  let api: Api;
  let hosts: Ec2Hosts;
  let instance: Described;

  const shell = (command: string) => hosts.inside(instance, 'sh', '-c', command);
  const systemctl = (...words: string[]) => hosts.inside(instance, 'systemctl', ...words);
  /** @returns its exit code. */
  const runScript = async (path: string) => Number(await shell(`${path} >/tmp/out 2>&1; echo $?`));
  const exists = async (path: string) => (await shell(`test -e ${path} && echo yes || echo no`)) === 'yes';

  beforeAll(async () => {
    api = new Api(await createAuthority(labId, Date.now()));
    const port = await api.open();
    hosts = await openEc2Hosts({ deployment: DEPLOYMENT, zones: ['a'] });
    const [{ cidr, zone } = { cidr: '', zone: '' }] = hosts.subnets;
    // Without user data: the test runs the script itself.
    instance = {
      ...{ id: 'i-0123456789abcdef0', launchIndex: 1, userData: undefined },
      ...{ privateAddress: addressIn(cidr, 4), subnet: { zone } },
    };
    await hosts.backing.launched(instance);
    await shell('until systemctl is-active --quiet cloud-final.service; do sleep 0.1; done');
    const script = userDataScript({
      apiUrl: `http://${hosts.gateway}:${port}`,
      labId,
      machines,
      sshPublicKey,
    });
    const encoded = Buffer.from(script).toString('base64');
    await shell(`echo ${encoded} | base64 -d >${SCRIPT} && chmod 700 ${SCRIPT}`);
  });
  afterAll(async () => {
    await hosts.close();
    await api.close();
    await expectNothingLeft(DEPLOYMENT);
  });

  test('tells in words that Docker is lacking and its mirror is down, and will try again at the next boot', async () => {
    await shell('mv /usr/sbin/dockerd /root/dockerd');
    await shell(
      "printf '#!/bin/sh\\necho E: Unable to connect to mirror.example:http; exit 100\\n' >/usr/local/sbin/apt-get; chmod 755 /usr/local/sbin/apt-get",
    );
    const start = performance.now();
    expect(await runScript(SCRIPT), await shell('cat /tmp/out')).toBe(1);
    console.log(
      `user data gave up on a mirror that is down after ${Math.round((performance.now() - start) / 1000)} s`,
    );
    expect(api.failures).toEqual([
      {
        machine: 'LINUXtips-02',
        token: machines[1]?.token,
        words: expect.stringMatching(
          /no dockerd, and it could not be installed: .*Unable to connect to mirror\.example/,
        ),
      },
    ]);
    expect(await exists(AGAIN)).toBe(true);
    expect(await exists('/usr/sbin/policy-rc.d')).toBe(false);
    expect(api.enrolments).toEqual([]);
  });

  test('installs Docker at the next boot, enrols under its own name and token, and is done', async () => {
    await shell(
      'printf \'#!/bin/sh\\ncase "$*" in *install*docker.io*) test -x /usr/sbin/policy-rc.d && mv /root/dockerd /usr/sbin/dockerd ;; esac\\n\' >/usr/local/sbin/apt-get',
    );
    const start = performance.now();
    expect(await runScript(AGAIN), await shell('cat /tmp/out')).toBe(0);
    console.log(
      `user data made a host in ${Math.round(performance.now() - start)} ms, its enrolment included`,
    );
    expect(api.enrolments).toEqual([
      { machine: 'LINUXtips-02', address: instance.privateAddress, token: machines[1]?.token },
    ]);
    expect(await exists(AGAIN)).toBe(false);
    expect(await exists('/usr/sbin/policy-rc.d')).toBe(false);
    expect(await systemctl('is-active', 'docker.service')).toBe('active');
    expect(await systemctl('is-enabled', 'docker.service')).toBe('enabled');
    expect(await shell('hostname; cat /etc/hostname')).toBe('LINUXtips-02\nLINUXtips-02');
    // Mutual TLS on 2376: who brings no certificate gets no answer.
    expect(await shell(`curl -sk https://${instance.privateAddress}:2376/_ping || echo refused`)).toBe(
      'refused',
    );
  });

  test('leaves its secrets to root, and the lab’s key to root and the image’s own user', async () => {
    const modes =
      '/etc/slipway /etc/slipway/settings.env /root/.ssh /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys';
    expect((await shell(`stat -c '%a %U' ${modes}`)).split('\n')).toEqual([
      '700 root',
      '600 root',
      '700 root',
      '600 root',
      '600 admin',
    ]);
    expect(await shell('cat /root/.ssh/authorized_keys /home/admin/.ssh/authorized_keys')).toBe(
      `${sshPublicKey}\n${sshPublicKey}`,
    );
    expect(await hosts.inside(instance, 'id', '-nG', 'admin')).toContain('docker');
    expect(await shell("sshd -T 2>/dev/null | grep -i '^permitrootlogin'")).toBe(
      'permitrootlogin without-password',
    );
  });

  test('waits for the network at each boot before it asks for a certificate', async () => {
    expect(await systemctl('show', '-p', 'After', 'slipway-enrol.service')).toContain(
      'network-online.target',
    );
  });

  test('keeps its certificate where the API has no time for it, and comes up all the same', async () => {
    const enrolments = api.enrolments.length;
    const before = await shell('cat /etc/docker/slipway/cert.pem');
    api.busyUntil = Number.POSITIVE_INFINITY;
    await systemctl('restart', 'slipway-enrol.service', 'docker.service');
    expect(await systemctl('is-active', 'docker.service')).toBe('active');
    expect(await shell('cat /etc/docker/slipway/cert.pem')).toBe(before);
    expect(api.enrolments).toHaveLength(enrolments);
  });

  test('waits longer for one that names its public address, where a start gave it another', async () => {
    instance.publicAddress = '198.51.100.7';
    api.publicAddress = instance.publicAddress;
    api.busyUntil = Date.now() + 9_000;
    await systemctl('restart', 'slipway-enrol.service', 'docker.service');
    expect(await systemctl('is-active', 'docker.service')).toBe('active');
    const names = await shell(
      'openssl x509 -noout -ext subjectAltName -in /etc/docker/slipway/cert.pem | tail -1',
    );
    expect(names).toContain('198.51.100.7');
    expect(names).toContain(instance.privateAddress);
  });

  test('on a machine that has Docker installs nothing, and may run twice', async () => {
    await shell("printf '#!/bin/sh\\ntouch /tmp/installed\\n' >/usr/local/sbin/apt-get");
    expect(await runScript(SCRIPT), await shell('cat /tmp/out')).toBe(0);
    expect(await exists('/tmp/installed')).toBe(false);
    expect(await systemctl('is-active', 'docker.service')).toBe('active');
  });
});
