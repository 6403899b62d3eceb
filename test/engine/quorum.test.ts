import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiClient } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { expectNothingLeft } from '../support/leftovers.ts';
import { type LabAnswer, type LiveServer, readyLab, startLiveServer } from '../support/live-server.ts';
import { untilPhase } from '../support/until-phase.ts';

/** From the kill to the moment that what the API says is true; issue 5. */
const TRUE_WITHIN_SECONDS = 10;
const WAY_BACK_SECONDS = 90;
/** Followers give a leader that is silent 10 s, and then choose. */
const ELECTION_SECONDS = 30;

interface Node {
  hostname: string;
  role: string;
  state: string;
  leader: boolean;
}

describe('a lab of three managers and a worker', () => {
  let server: LiveServer;
  let student: ApiClient;
  let lab: LabAnswer;
  const path = (rest: string) => `/labs/${lab.id}${rest}`;
  const load = () => student.json<LabAnswer>('GET', path(''));
  const post = (rest: string) => student.json<Record<string, unknown>>('POST', path(rest));
  const nodes = async () => (await student.json<{ items: Node[] }>('GET', path('/nodes'))).items;
  const leader = async () => (await nodes()).find((node) => node.leader)?.hostname ?? '';
  const row = async (machine: string) =>
    (await student.text(path('/machines'))).split('\n').find((line) => line.startsWith(`${machine} `)) ?? '';
  const managers = async () => (await nodes()).filter(({ role }) => role === 'manager');
  const events = async () =>
    (await student.json<{ items: { type: string; message: string }[] }>('GET', path('/events'))).items;
  /** Waits for it, and says how long that took. */
  const soon = async (
    what: string,
    from: number,
    ask: () => Promise<boolean>,
    within = TRUE_WITHIN_SECONDS,
  ) => {
    await eventually(() => ask().catch(() => false), within);
    console.log(`${what}: ${((Date.now() - from) / 1000).toFixed(1)} s`);
  };
  const kill = async (machine: string, query = '') => {
    const from = Date.now();
    await post(`/machines/${machine}/kill${query}`);
    return from;
  };
  const start = async (machines: string[]) => {
    const from = Date.now();
    await Promise.all(machines.map((machine) => post(`/machines/${machine}/start`)));
    await soon(
      `${machines.join(' and ')} started: the swarm is whole again`,
      from,
      async () => {
        const rows = await Promise.all(machines.map(row));
        const isUp = rows.every((line) => / Running .* v\d/.test(line)) && (await load()).phase === 'ready';
        const all = await nodes();
        return isUp && all.length === 4 && all.every(({ state }) => state === 'ready');
      },
      WAY_BACK_SECONDS,
    );
  };

  beforeAll(async () => {
    server = await startLiveServer();
    student = await server.student('ana');
    lab = await readyLab(student, { template: 'swarm', stacks: [], machines: { managers: 3, workers: 1 } });
  });
  afterAll(async () => {
    await server.close();
    await expectNothingLeft(server.deployment);
  });

  test('whose worker is killed is told so, and is whole again by a start alone', async () => {
    const from = await kill('LINUXtips-04');
    await soon('worker killed: the table says Stopped', from, async () =>
      / docker +Stopped +.*Unknown/.test(await row('LINUXtips-04')),
    );
    expect((await load()).conditions.SwarmReady).toMatchObject({ status: 'True' });
    expect((await events()).map(({ message }) => message)).toContain('Machine "LINUXtips-04" was killed.');
    await start(['LINUXtips-04']);
  });

  test('whose leader is killed has another one, and takes the old one back by a start alone', async () => {
    const killed = await leader();
    const from = await kill(killed);
    await soon('leader killed: the table says Stopped', from, async () =>
      / Stopped /.test(await row(killed)),
    );
    await soon(
      'leader killed: another one leads',
      from,
      async () => ![killed, ''].includes(await leader()),
      ELECTION_SECONDS,
    );
    expect(await row(killed)).not.toContain('leader');
    await start([killed]);
    expect(await managers()).toHaveLength(3);
  });

  test('loses two of three managers by force alone, says so, and gets them back by a start', async () => {
    const killed = await killTwo('followers');
    await start(killed);
    expect(await managers()).toHaveLength(3);
  });

  test('goes on with the one that is left, where the two are gone for good, and lets them join anew', async () => {
    const killed = await killTwo('the leader and a follower');
    const plan = await post('/swarm/recover?plan=true');
    const [left] = ['LINUXtips-01', 'LINUXtips-02', 'LINUXtips-03'].filter((name) => !killed.includes(name));
    expect(plan).toMatchObject({ manager: left, forgotten: [...killed].sort(), rejoin: [...killed].sort() });
    const from = Date.now();
    await post('/swarm/recover');
    await soon(
      'recovered: one manager answers for the swarm',
      from,
      async () => (await load()).conditions.SwarmReady?.status === 'True' && (await leader()) === left,
      // An engine that still looks for its majority may take 20 s to be made the only one.
      60,
    );
    expect((await nodes()).map(({ hostname }) => hostname).sort()).toEqual([left, 'LINUXtips-04'].sort());
    await expect(post('/swarm/recover')).rejects.toThrow(/409.*has its majority/);
    await start(killed);
    expect(await managers()).toHaveLength(3);
    expect((await events()).filter(({ type }) => type === 'SwarmRecovered')).toHaveLength(1);
    await untilPhase(student, lab.id, 'ready');
  });

  /** By force; what is said of it must be true in time. */
  async function killTwo(who: 'followers' | 'the leader and a follower'): Promise<string[]> {
    const led = await leader();
    const followers = (await managers()).map(({ hostname }) => hostname).filter((name) => name !== led);
    const [first = '', second = ''] = who === 'followers' ? followers : [led, ...followers];
    const begun = await kill(first);
    await soon(
      `one of three killed, ${first === led ? 'the leader' : 'a follower'}`,
      begun,
      async () => {
        const isLed = ![first, ''].includes(await leader());
        return isLed && (await load()).conditions.SwarmReady?.status === 'True';
      },
      ELECTION_SECONDS,
    );
    await expect(post(`/machines/${second}/kill`)).rejects.toThrow(/409.*2 of 3 needed, 1 would remain/);
    const from = await kill(second, '?force=true');
    await soon('two of three killed: the table says Stopped, twice', from, async () =>
      [await row(first), await row(second)].every((line) => / Stopped /.test(line)),
    );
    await soon('two of three killed: SwarmReady says QuorumLost', from, async () => {
      const { phase, conditions } = await load();
      const { SwarmReady } = conditions;
      return (
        phase === 'degraded' &&
        SwarmReady?.reason === 'QuorumLost' &&
        /2 of 3 needed, 1 answers/.test(SwarmReady.message)
      );
    });
    expect((await events()).map(({ message }) => message).join('\n')).toContain('2 of 3 needed, 1 answers');
    const asked = Date.now();
    await expect(post('/nodes/LINUXtips-04/drain')).rejects.toThrow(/409|503/);
    const seconds = (Date.now() - asked) / 1000;
    console.log(`a drain without majority is refused after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(TRUE_WITHIN_SECONDS);
    return [first, second];
  }
});
