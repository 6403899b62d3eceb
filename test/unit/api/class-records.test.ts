import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { START } from '../../support/builders.ts';
import { createClassWorld, SESSION } from '../../support/class-world.ts';
import { createWorld } from '../../support/world.ts';

const PRICES = {
  region: 'sa-east-1',
  date: '2026-11-01',
  machineHour: { 't3.small': 0.03 },
  addressHour: 0.005,
  diskGigabyteMonth: 0.15,
};
const ANA = 'ana@example.org';
const usage = {
  machineSeconds: { 't3.small': 2 * 3 * 3600 },
  stoppedSeconds: { 't3.small': 3600 },
  diskGigabyteSeconds: 0,
  since: iso(START),
  running: {},
  stopped: {},
  diskGigabytes: 0,
};
const ended = { phase: 'deleted', endedAt: iso(START), usage };
const idOf = (index: number) => `01kjq7a1${String(index).padStart(18, '0')}`;

describe('what a class has cost', () => {
  test('is summed by student from what really ran, with the day of the prices', async () => {
    const here = await createClassWorld({
      world: createWorld({ policy: { prices: PRICES } }),
      spec: { budget: { usd: 5, stopAtSessionEnd: false } },
    });
    await here.tell(idOf(1), ANA, ended);
    await here.tell(idOf(2), ANA, ended);
    await here.tell(idOf(3), 'bob@example.org', ended);
    const { json } = await here.teach('GET', '/cost');
    expect(json).toMatchObject({
      currency: 'USD',
      usd: 0.63,
      savedUsd: 0.105,
      budget: { usd: 5 },
      priced: true,
      prices: { region: 'sa-east-1', date: '2026-11-01' },
      students: [
        { student: ANA, hours: 12, usd: 0.42, labs: 2 },
        { student: 'bob@example.org', hours: 6, usd: 0.21, labs: 1 },
      ],
    });
    expect(json.assumptions.join(' ')).toContain('2026-11-01');
  });

  test('names the types that have no price, and says where there are none at all', async () => {
    const here = await createClassWorld({ world: createWorld({ policy: { prices: PRICES } }) });
    await here.tell(idOf(1), ANA, { ...ended, usage: { ...usage, machineSeconds: { 'x9.huge': 3600 } } });
    const { json } = await here.teach('GET', '/cost');
    expect(json.assumptions.at(-1)).toContain('x9.huge');
    const free = await createClassWorld();
    expect((await free.teach('GET', '/cost')).json).toMatchObject({ usd: 0, priced: false, students: [] });
  });
});

describe('the price so far of a lab', () => {
  test('is in its answer, with the day of the prices', async () => {
    const here = await createClassWorld({ world: createWorld({ policy: { prices: PRICES } }) });
    const { id } = await here.give(ANA, { status: { usage } });
    const { json } = await here.study(ANA, 'GET', `/v1/labs/${id}`);
    expect(json).toMatchObject({
      class: { id: 'docker', purpose: 'session', session: SESSION },
      cost: { usd: 0.21, savedUsd: 0.035, date: '2026-11-01' },
    });
  });
});

describe('the records of a class', () => {
  test('are a line a lab, oldest first, and safe to open in a spreadsheet', async () => {
    const here = await createClassWorld({ world: createWorld({ policy: { prices: PRICES } }) });
    await here.tell(idOf(2), ANA, { ...ended, readyAt: iso(START) });
    await here.tell(idOf(1), '=cmd@example.org', ended);
    const { text, headers } = await here.teach('GET', '/records', { headers: { Accept: 'text/csv' } });
    expect(headers.get('Content-Type')).toMatch(/^text\/csv/);
    const [header, first, second] = text.split('\r\n');
    expect(header).toBe('student,lab,purpose,session,template,created,ready,ended,hours,hoursByType,usd');
    expect(first).toMatch(/^"?'=cmd@example\.org/);
    expect(second).toBe(
      `${ANA},${idOf(2)},session,${SESSION},swarm,${iso(START)},${iso(START)},${iso(START)},6,t3.small 6,0.21`,
    );
  });

  test('come in pages, as JSON where that is wanted', async () => {
    const here = await createClassWorld();
    for (const index of [1, 2, 3]) await here.tell(idOf(index), ANA, ended);
    const Accept = 'application/json';
    const { json, headers } = await here.teach('GET', '/records?limit=2', { headers: { Accept } });
    expect(json.items).toMatchObject([
      { student: ANA, lab: idOf(1), hours: { 't3.small': 6 } },
      { lab: idOf(2) },
    ]);
    const next = /<(.*)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1]?.replace('/v1/classes/docker', '');
    const rest = await here.teach('GET', next ?? '', { headers: { Accept } });
    expect(rest.json).toMatchObject({ items: [{ lab: idOf(3) }] });
    expect(rest.headers.get('Link')).toBeNull();
  });
});
