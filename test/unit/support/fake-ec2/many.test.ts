import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalIpv4, canonicalIpv6 } from '../../../support/fake-ec2/cidr.ts';
import { type Tagged, TaggedStore } from '../../../support/fake-ec2/tagged-store.ts';
import { Timeline } from '../../../support/fake-ec2/timeline.ts';
import { openDesk, SECONDS, tagged } from './ec2-desk.ts';

const LABS = 200;

test('a thousand labs of three come, are found one by one, and go, in seconds', {
  timeout: 60_000,
}, async () => {
  const { runIds, ec2, clock, fake } = await openDesk({ requestLimits: { start: 'off' } });
  for (let lab = 0; lab < LABS; lab += 1) {
    await runIds({
      MinCount: 3,
      MaxCount: 3,
      UserData: Buffer.alloc(12_000, 'x').toString('base64'),
      TagSpecifications: [tagged('instance', { deployment: 'd', lab: `lab-${lab}` })],
    });
  }
  clock.advance(SECONDS.toRun);
  for (let lab = 0; lab < LABS; lab += 1) {
    const { Reservations } = await ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:deployment', Values: ['d'] },
          { Name: 'tag:lab', Values: [`lab-${lab}`] },
        ],
      }),
    );
    expect(Reservations?.[0]?.Instances?.length).toBe(3);
  }
  const ids = fake.instances().map(({ id }) => id);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
  clock.advance(SECONDS.toEnd);
  expect(fake.isEmpty({ deployment: 'd' })).toBe(true);
  expect(fake.dueEvents()).toHaveLength(LABS * 3 * 4);
});

test('one lab is found among many by looking at its own only, in whatever order the filters come', () => {
  const store = new TaggedStore<Tagged>();
  for (let sequence = 0; sequence < 3000; sequence += 1) {
    const tags = new Map([
      ['deployment', 'd'],
      ['lab', `lab-${sequence % 1000}`],
    ]);
    store.add({ id: `i-${sequence}`, sequence, tags });
  }
  const filters = [
    { name: 'tag:deployment', values: ['d'] },
    { name: 'instance-state-name', values: ['running'] },
    { name: 'tag:lab', values: ['lab-7', 'lab-none'] },
  ];
  for (const given of [filters, filters.toReversed()]) {
    expect([...store.candidates(given)].map(({ id }) => id)).toEqual(['i-7', 'i-1007', 'i-2007']);
  }
});

test('what is due is done in the order of its moments, and of its asking where they are the same', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), fc.nat(20), (moments, now) => {
      const timeline = new Timeline();
      const done: [number, number][] = [];
      moments.forEach((at, index) => {
        timeline.at(at, (due) => done.push([due, index]));
      });
      timeline.runUntil(now);
      const expected = moments
        .map((at, index): [number, number] => [at, index])
        .filter(([at]) => at <= now)
        .sort(([at, index], [otherAt, otherIndex]) => at - otherAt || index - otherIndex);
      expect(done).toEqual(expected);
      expect(timeline.nextAt()).toBe(
        moments
          .filter((at) => at > now)
          .reduce<number | undefined>((least, at) => Math.min(least ?? at, at), undefined),
      );
    }),
  );
});

test('what is due may bring what is due at once', () => {
  const timeline = new Timeline();
  const done: number[] = [];
  timeline.at(1, (at) => {
    timeline.at(at + 1, (later) => done.push(later));
    timeline.at(at + 9, (later) => done.push(later));
  });
  timeline.runUntil(5);
  expect(done).toEqual([2]);
});

test('a range is written in one way only', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (address, bits) => {
      const once = canonicalIpv4(`${address}/${bits}`) ?? '';
      expect(canonicalIpv4(once)).toBe(once);
      expect(once.endsWith(`/${bits}`)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.ipV6(), fc.integer({ min: 0, max: 128 }), (address, bits) => {
      const once = canonicalIpv6(`${address}/${bits}`) ?? '';
      expect(canonicalIpv6(once)).toBe(once);
      expect(canonicalIpv6(`${address.toUpperCase()}/${bits}`)).toBe(once);
    }),
  );
  expect(canonicalIpv6('2001:db8:ffff::1/33')).toBe('2001:db8:8000::/33');
  expect(canonicalIpv6('::ffff:192.0.2.1/128')).toBe('::ffff:c000:201/128');
  expect(canonicalIpv6('::1/0')).toBe('::/0');
  expect([canonicalIpv4('10.0.0.0/33'), canonicalIpv4('::/0'), canonicalIpv6('fe80::1%eth0/64')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
