import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogLine } from '../../../../shared/ports/engine.ts';
import { LogPosition } from '../../../../shared/service/swarm/log-position.ts';
import { readMoment, writeMoment } from '../../../../shared/service/swarm/log-time.ts';

const START = 1_772_452_800_000_000_000n;
const line = (taskId: string, nanoseconds: bigint): LogLine => ({
  stream: 'stdout',
  at: writeMoment(START + nanoseconds),
  taskId,
  text: '',
});

test('a moment is written as it was read, to the nanosecond', () => {
  const property = fc.property(fc.bigInt(0n, 4_000_000_000_000_000_000n), (moment) => {
    expect(readMoment(writeMoment(moment))).toBe(moment);
  });
  fc.assert(property);
  expect(readMoment('2026-03-02T13:00:00.5+01:00')).toBe(START + 500_000_000n);
  for (const text of ['', 'soon', '2026-03-02', '2026-13-02T00:00:00Z'])
    expect(readMoment(text)).toBeUndefined();
});

test('whoever goes on from a cursor reads each line once, though tasks’ clocks differ by seconds', () => {
  const said = fc.array(
    fc.record({ task: fc.constantFrom('a', 'b', 'c'), at: fc.bigInt(0n, 20_000_000_000n), page: fc.nat(4) }),
    { maxLength: 40 },
  );
  const property = fc.property(said, (all) => {
    // Of one task, what is said later has a later time; between tasks, a page's lines are less than the window apart.
    const lines = all
      .map(({ task, at, page }) => ({
        task,
        page,
        at: BigInt(page) * 3_000_000_000n + (at % 2_000_000_000n),
      }))
      .filter(
        (each, index, list) =>
          list.findIndex((one) => one.task === each.task && one.at === each.at) === index,
      );
    const read: string[] = [];
    let cursor = '1970-01-01T00:00:00Z';
    for (let page = 0; page <= 4; page += 1) {
      const position = LogPosition.read(cursor);
      if (position === undefined) throw new Error(`no position: ${cursor}`);
      const there = lines
        .filter((each) => each.page <= page)
        .map(({ task, at }) => line(task, at))
        .filter(({ at }) => (readMoment(at) ?? 0n) >= BigInt(Math.floor(position.sinceSeconds * 1e9)));
      const fresh = there.filter((each) => position.isNew(each));
      for (const each of fresh) position.note(each);
      read.push(...fresh.map(({ taskId, at }) => `${taskId} ${at}`));
      cursor = position.toString();
    }
    const wanted = lines.map(({ task, at }) => `${task} ${writeMoment(START + at)}`);
    expect(read.sort()).toEqual(wanted.sort());
  });
  fc.assert(property);
});

test('a cursor keeps only the last seconds’ tasks, and what is none is not read', () => {
  const position = new LogPosition(0n);
  for (let task = 0; task < 100; task += 1) position.note(line(`task${task}`, BigInt(task) * 1_000_000_000n));
  expect(position.toString().split('~')).toHaveLength(7);
  for (const text of ['', 'x', '2026-03-02T12:00:00Z~', '2026-03-02T12:00:00Z~a', '1969-01-01T00:00:00Z']) {
    expect(LogPosition.read(text)).toBeUndefined();
  }
});

test('a line without a time is always told', () => {
  const position = new LogPosition(START);
  const bare: LogLine = { stream: 'stdout', at: '', text: 'x' };
  position.note(bare);
  expect(position.isNew(bare)).toBe(true);
});
