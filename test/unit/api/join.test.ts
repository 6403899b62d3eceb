import { beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../../shared/core/log.ts';
import { hashOfCode, newJoinCode } from '../../../shared/service/classes/join-code.ts';
import { verifyToken } from '../../../shared/service/tokens.ts';
import { aClassRequest, asInstructor, watchWakes } from '../../support/class-requests.ts';
import { createWorld, type World } from '../../support/world.ts';

const ANA = 'ana@example.org';
const BOB = 'bob@example.org';

let world: World;
let ask: ReturnType<typeof asInstructor>;
let logged: string[];
/** Where the next request comes from. */
let address: string | undefined;

async function open(options: Parameters<typeof createWorld>[0] = {}) {
  logged = [];
  address = '203.0.113.7';
  const log = createLog('debug', (line) => logged.push(line));
  world = createWorld({ ...options, address: () => address, over: { log, ...options.over } });
  ask = asInstructor(world);
  await ask('POST', '', { json: aClassRequest() });
}
beforeEach(async () => open());

interface Link {
  email: string;
  code: string;
  link: string;
}
const links = (json: object = {}, more: object = {}) =>
  ask('POST', '/docker-2026/roster/links', { json, ...more });
const linkOf = async (email = ANA): Promise<Link> => (await links({ students: [email] })).json.items[0];
const join = (code: string) => world.ask('POST', '/v1/join', { as: undefined, json: { code } });
const student = async (email = ANA) => await world.deps.classes.student('docker-2026', email);

describe('join links', () => {
  test('are made for everybody on the roster, each its own, of the host that was asked', async () => {
    const { status, json, headers } = await ask('POST', '/docker-2026/roster/links', { json: {} });
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(json.items.map(({ email }: Link) => email)).toEqual([ANA, BOB]);
    const [first, second] = json.items as [Link, Link];
    expect(first.code).toMatch(/^[0-9a-hjkmnp-tv-z]{26}$/);
    expect(first.link).toBe(`http://localhost/join#${first.code}`);
    expect(second.code).not.toBe(first.code);
  });

  test('are kept by nobody: records hold hashes, and the log holds nothing of them, of codes or of tokens', async () => {
    const { code } = await linkOf();
    const { json } = await join(code);
    await join('wrong-code-that-was-typed');
    expect(logged.length).toBeGreaterThan(3);
    const everything = logged.join('');
    for (const secret of [code, hashOfCode(code), json.token, 'wrong-code-that-was-typed']) {
      expect(everything).not.toContain(secret);
    }
    const kept = JSON.stringify([await student(), await world.deps.classes.load('docker-2026')]);
    expect(kept).not.toContain(code);
    expect(kept).toContain(hashOfCode(code));
    expect((await ask('GET', '/docker-2026/roster')).text).not.toContain(hashOfCode(code));
  });

  test('are a CSV to mail from where that is asked for', async () => {
    const { text, headers } = await links({}, { headers: { Accept: 'text/csv' } });
    expect(headers.get('Content-Type')).toBe('text/csv; charset=UTF-8');
    expect(headers.get('Cache-Control')).toBe('no-store');
    const [header, first] = text.split('\r\n');
    expect(header).toBe('email,name,code,link');
    expect(first).toMatch(/^ana@example\.org,Ana,(\w{26}),http:\/\/localhost\/join#\1$/);
  });

  test('replace the ones before them, for those who were named and nobody else', async () => {
    const [ana, bob] = (await links()).json.items as [Link, Link];
    const next = await linkOf(ANA);
    expect((await join(ana.code)).status).toBe(401);
    expect((await join(next.code)).status).toBe(200);
    expect((await join(bob.code)).status).toBe(200);
    expect(await world.deps.classes.findCode(hashOfCode(ana.code))).toBeUndefined();
  });

  test('are made for nobody where one is named who is not on the roster, with the nearest who is', async () => {
    const { status, json } = await links({ students: [BOB, 'anna@example.org'] });
    expect([status, json.errors[0].pointer]).toEqual([422, '/students/1']);
    expect(await student(BOB)).toBeUndefined();
    expect((await links({ students: ['ANA@example.org'] })).json.items).toHaveLength(1);
    expect((await links({ students: [] })).status).toBe(422);
  });

  test('are not given again under the same key: the answer says for whom they were', async () => {
    const keyed = { headers: { 'Idempotency-Key': 'k' } };
    const first = await links({}, keyed);
    const again = await links({}, keyed);
    expect([again.status, again.json]).toEqual([
      200,
      { items: [{ email: ANA, name: 'Ana' }, { email: BOB }] },
    ]);
    expect((await join(first.json.items[0].code)).status).toBe(200);
    expect((await links({ students: [ANA] }, keyed)).json.code).toBe('idempotency_mismatch');
  });

  test('that were shown to nobody may be asked for again under the same key', async () => {
    world.deps.classes.faults.failNext('saveCode');
    const keyed = { headers: { 'Idempotency-Key': 'k' } };
    expect((await links({}, keyed)).status).toBe(503);
    expect((await links({}, keyed)).json.items[0].code).toMatch(/^\w{26}$/);
  });

  test('are revoked, those of some or of all, and counted', async () => {
    const [ana, bob] = (await links()).json.items as [Link, Link];
    const revoke = (json: object) => ask('POST', '/docker-2026/roster/links/revoke', { json });
    expect((await revoke({ students: [ANA] })).json).toEqual({ revoked: 1 });
    expect([(await join(ana.code)).status, (await join(bob.code)).status]).toEqual([401, 200]);
    expect((await revoke({})).json).toEqual({ revoked: 1 });
    expect((await join(bob.code)).status).toBe(401);
    expect((await revoke({})).json).toEqual({ revoked: 0 });
    expect((await revoke({ students: ['eve@example.org'] })).status).toBe(422);
    expect((await student())?.codeHash).toBeUndefined();
  });

  test('are made while the class’s reconciler writes the same students', async () => {
    const { classes } = world.deps;
    await links();
    const save = classes.saveStudent.bind(classes);
    let overtakes = 3;
    classes.saveStudent = async (classId, wanted) => {
      const found = await classes.student(classId, wanted.email);
      if (overtakes > 0 && found !== undefined) {
        overtakes -= 1;
        await save(classId, { ...found, name: 'renamed' });
      }
      return await save(classId, wanted);
    };
    const { code } = await linkOf();
    expect((await join(code)).status).toBe(200);
    expect((await student())?.name).toBe('renamed');
  });

  test.each(['saveCode', 'saveStudent', 'removeCode'] as const)(
    'after a crash at %s exactly one of a student’s codes opens, the old one or the new one',
    async (call) => {
      const { classes } = world.deps;
      const old = await linkOf();
      const hashes: string[] = [];
      const save = classes.saveCode.bind(classes);
      classes.saveCode = async (hash, owner) => {
        hashes.push(hash);
        await save(hash, owner);
      };
      classes.faults.failNext(call, new Error('the process died here'));
      expect((await links({ students: [ANA] })).status).toBe(500);
      const valid = (await student())?.codeHash;
      expect(valid).toBe(call === 'removeCode' ? hashes[0] : hashOfCode(old.code));
      expect((await join(old.code)).status).toBe(call === 'removeCode' ? 401 : 200);
      expect((await join((await linkOf()).code)).status).toBe(200);
    },
  );

  test('leave nobody in the class who left its roster in that very moment', async () => {
    const { classes } = world.deps;
    const save = classes.saveCode.bind(classes);
    classes.saveCode = async (hash, owner) => {
      classes.saveCode = save;
      await ask('PUT', '/docker-2026/roster', { json: [{ email: BOB }] });
      await save(hash, owner);
    };
    const { json } = await links();
    expect(json.items.map(({ email }: Link) => email)).toEqual([BOB]);
    expect(await student(ANA)).toBeUndefined();
    expect(await student(BOB)).toBeDefined();
  });

  test('are made for a thousand students in one request', async () => {
    const roster = Array.from({ length: 1000 }, (_, n) => ({ email: `s${n}@example.org` }));
    await ask('PUT', '/docker-2026/roster', { json: roster });
    const { json } = await links();
    expect(new Set(json.items.map(({ code }: Link) => code)).size).toBe(1000);
  });

  test('are not made for a class that is deleted', async () => {
    await ask('DELETE', '/docker-2026');
    expect((await links()).json.code).toBe('conflict');
  });
});

describe('a code that is exchanged', () => {
  test('is a token of its student, of its class, for twelve hours, as often as is asked', async () => {
    const { code } = await linkOf();
    const { status, json, headers } = await join(code);
    expect([status, headers.get('Cache-Control')]).toEqual([200, 'no-store']);
    expect(json).toEqual({
      ...{ token: json.token, role: 'student', subject: ANA, class: 'docker-2026' },
      ...{ expiresAt: '2026-03-03T00:00:00.000Z', allowFrom: ['203.0.113.7/32'] },
    });
    expect(await verifyToken(world.deps, json.token)).toEqual({
      ...{ subject: ANA, role: 'student', classId: 'docker-2026' },
    });
    world.deps.clock.advance(12 * 3600);
    await expect(verifyToken(world.deps, json.token)).rejects.toMatchObject({ code: 'unauthenticated' });
    expect((await join(code)).status).toBe(200);
    expect((await student())?.joinedAt).toBe('2026-03-03T00:00:00.000Z');
  });

  test('may be typed in capitals, in groups, and with the letters that eyes confuse', async () => {
    const { code } = await linkOf();
    const typed = code
      .replaceAll('0', 'O')
      .replaceAll('1', 'l')
      .toUpperCase()
      .replaceAll(/(.{5})/g, '$1-');
    expect((await join(` ${typed} `)).status).toBe(200);
  });

  test('moves the addresses that may reach the student’s lab to the caller’s, and wakes it', async () => {
    const { code } = await linkOf();
    const lab = await world.keep({ owner: ANA, spec: { allowFrom: [] } });
    const before = await student();
    if (before === undefined) throw new Error('no student');
    const present = { id: lab.id, purpose: 'session' as const, replacement: 0 };
    await world.deps.classes.saveStudent('docker-2026', { ...before, lab: present });
    const woken = watchWakes(world);
    await join(code);
    const allowed = async () => (await world.deps.labs.load(lab.id))?.lab.spec.allowFrom;
    expect([await allowed(), (await student())?.allowFrom]).toEqual([['203.0.113.7/32'], ['203.0.113.7/32']]);
    expect(woken).toEqual([lab.id]);
    address = '::ffff:198.51.100.4';
    await join(code);
    expect(await allowed()).toEqual(['198.51.100.4/32']);
  });

  test('of a lab that is only announced, or gone, leaves the address with the student', async () => {
    const { code } = await linkOf();
    const before = await student();
    if (before === undefined) throw new Error('no student');
    const lab = { id: '01kjq7a1000000000000000000', purpose: 'session' as const, replacement: 0 };
    await world.deps.classes.saveStudent('docker-2026', { ...before, lab });
    expect((await join(code)).status).toBe(200);
    expect((await student())?.allowFrom).toEqual(['203.0.113.7/32']);
  });

  test('by IPv6 says that labs are reached by IPv4, where that matters, and keeps the address there was', async () => {
    const { code } = await linkOf();
    await join(code);
    address = '2001:db8::7';
    const there = await join(code);
    expect(there.json.allowFrom).toEqual(['203.0.113.7/32']);
    expect(there.json.note ?? '').toMatch(world.deps.driver.enforcesAllowFrom ? /IPv4/ : /^$/);
  });

  test('that is unknown, replaced, revoked, of one who left or of a class that is over: alike', async () => {
    const answers: unknown[] = [];
    const tell = async (code: string) => {
      const { status, text, headers } = await join(code);
      answers.push([status, text, headers.get('WWW-Authenticate')]);
    };
    await tell(newJoinCode());
    const replaced = (await linkOf()).code;
    const revoked = (await linkOf()).code;
    await tell(replaced);
    await ask('POST', '/docker-2026/roster/links/revoke', { json: {} });
    await tell(revoked);
    const left = (await linkOf()).code;
    const found = await student();
    if (found === undefined) throw new Error('no student');
    await world.deps.classes.saveStudent('docker-2026', { ...found, removedAt: 'x' });
    await tell(left);
    const over = (await linkOf(BOB)).code;
    await ask('DELETE', '/docker-2026');
    await tell(over);
    await tell('short');
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject([
      401,
      expect.stringContaining('ask your instructor'),
      expect.any(String),
    ]);
  });

  test.each([[{}], [{ code: '' }], [{ code: 7 }], [{ code: 'x'.repeat(101) }], [{ code: 'a', class: 'b' }]])(
    'is refused as %j',
    async (json) => {
      expect((await world.ask('POST', '/v1/join', { as: undefined, json })).status).toBe(422);
    },
  );
});

describe('tries of codes', () => {
  const guess = () => join(newJoinCode());

  test('are ten in ten minutes from one address; then even a right code waits, and is told how long', async () => {
    const { code } = await linkOf();
    for (let count = 0; count < 10; count += 1) expect((await guess()).status).toBe(401);
    const { status, json, headers } = await join(code);
    expect([status, json.code]).toEqual([429, 'rate_limited']);
    expect(headers.get('Retry-After')).toBe('600');
    address = '198.51.100.4';
    expect((await join(code)).status).toBe(200);
    address = '203.0.113.7';
    world.deps.clock.advance(600);
    expect((await join(code)).status).toBe(200);
  });

  test('are sixty a day', async () => {
    const { code } = await linkOf();
    for (let count = 0; count < 60; count += 1) {
      if (count % 10 === 0) world.deps.clock.advance(600);
      expect((await guess()).status).toBe(401);
    }
    world.deps.clock.advance(600);
    const { status, headers } = await join(code);
    expect(status).toBe(429);
    expect(Number(headers.get('Retry-After'))).toBe(12 * 3600 - 7 * 600);
    world.deps.clock.advance(Number(headers.get('Retry-After')));
    expect((await join(code)).status).toBe(200);
  });

  test('are counted before anything is looked at, however many come at once, in all processes', async () => {
    const { classes, secrets } = world.deps;
    const second = createWorld({ over: { classes, secrets } });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 === 0 ? world : second).ask('POST', '/v1/join', {
          as: undefined,
          json: { code: newJoinCode() },
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(10);
  });

  test('of right codes count for nothing: a school is one address', async () => {
    const roster = Array.from({ length: 80 }, (_, n) => ({ email: `s${n}@example.org` }));
    await ask('PUT', '/docker-2026/roster', { json: roster });
    for (const { code } of (await links()).json.items as Link[]) {
      expect((await join(code)).status).toBe(200);
    }
  });

  test('from all of one’s IPv6 addresses are one’s', async () => {
    for (let count = 0; count < 10; count += 1) {
      address = `2001:db8:0:1:${count}::${count}`;
      await guess();
    }
    address = '2001:DB8::1:0:0:0:9';
    expect((await guess()).status).toBe(429);
    address = '2001:db8:0:2::1';
    expect((await guess()).status).toBe(401);
  });

  test('that end for another reason are given back', async () => {
    const { code } = await linkOf();
    for (let count = 0; count < 12; count += 1) {
      world.deps.classes.faults.failNext('findCode');
      expect((await join(code)).status).toBe(503);
    }
    expect((await join(code)).status).toBe(200);
  });
});

describe('the page of a join link', () => {
  test('needs nothing from anywhere, runs what it holds and nothing else, and asks before it posts', async () => {
    const { status, text, headers } = await world.ask('GET', '/join', { as: undefined });
    expect([status, headers.get('Content-Type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(headers.get('Referrer-Policy')).toBe('no-referrer');
    const policy = headers.get('Content-Security-Policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-/);
    expect(policy).not.toContain('unsafe');
    const { createHash } = await import('node:crypto');
    for (const element of ['script', 'style']) {
      const [, inside = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text) ?? [];
      expect(policy).toContain(createHash('sha256').update(inside).digest('base64'));
    }
    expect(text).not.toMatch(/https?:\/\/|<link|<img|src=|@import|url\(|innerHTML|style=|onclick/);
    expect(text).toContain("fetch('/v1/join'");
    expect(text).toContain("'slipway login '");
  });
});

describe('a token of an instructor’s student', () => {
  const create = (subject: string, more: object = {}, instructor = 'ines') =>
    world.ask('POST', '/v1/tokens', {
      ...{ as: 'instructor', subject: instructor },
      json: { role: 'student', subject, expiresIn: 'PT2H', ...more },
    });

  test('is given by the instructor, as the student’s code would give it', async () => {
    const { status, json } = await create('Ana@example.org');
    expect(status).toBe(201);
    expect(json).toMatchObject({ subject: ANA, class: 'docker-2026', expiresAt: '2026-03-02T14:00:00.000Z' });
    expect(await verifyToken(world.deps, json.token)).toEqual({
      ...{ subject: ANA, role: 'student', classId: 'docker-2026' },
    });
  });

  test('is refused for who is on no roster of theirs, for other roles, and once the class is deleted', async () => {
    for (const answer of [
      await create('eve@example.org'),
      await create(ANA, {}, 'eve'),
      await create(ANA, { role: 'instructor' }),
    ]) {
      expect([answer.status, answer.json.code]).toEqual([403, 'forbidden']);
    }
    await ask('DELETE', '/docker-2026');
    expect((await create(ANA)).status).toBe(403);
  });

  test('of an operator is of no class', async () => {
    const json = { role: 'student', subject: ANA, expiresIn: 'PT2H' };
    const answer = await world.ask('POST', '/v1/tokens', { as: 'operator', json });
    expect((await verifyToken(world.deps, answer.json.token)).classId).toBeUndefined();
  });
});
