import { beforeEach, describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../shared/core/errors.ts';
import type { ClassStore } from '../../shared/ports/class-store.ts';
import { aClass, aClassLab, aStudent } from '../support/class-builders.ts';
import { everyPage } from './every-page.ts';

const overtaken = (error: unknown) => isSlipwayError(error, 'version_conflict');

/** What every ClassStore does with what belongs to a class. @param open gives an empty store. */
export function classRecordsContract(name: string, open: () => Promise<ClassStore>): void {
  describe(`${name}, a ClassStore: rosters, students, labs, codes`, () => {
    let store: ClassStore;
    beforeEach(async () => {
      store = await open();
      await store.create(aClass({ id: 'a' }));
      await store.create(aClass({ id: 'ab' }));
    });

    test('a roster comes back in its order, whole, under its own id and class only', async () => {
      const entries = [
        { email: 'zoe@example.org', name: 'Zoé “Z” Ünal', group: 'A' },
        { email: 'ana@example.org' },
      ];
      await store.putRoster('a', 'first', entries);
      await store.putRoster('a', 'first-2', []);
      expect(await store.roster('a', 'first')).toEqual(entries);
      expect(await store.roster('a', 'first-2')).toEqual([]);
      expect(await store.roster('ab', 'first')).toBeUndefined();
      await store.removeRoster('a', 'first');
      await store.removeRoster('a', 'first');
      expect(await store.roster('a', 'first')).toBeUndefined();
      expect(await store.roster('a', 'first-2')).toEqual([]);
    });

    test('a roster of a thousand with the longest of names, which no compression makes smaller, comes back whole', async () => {
      let state = 1;
      const random = (length: number, range: number, from: number) =>
        String.fromCodePoint(
          ...Array.from({ length }, () => {
            state = (state * 48_271) % 2_147_483_647;
            return from + (state % range);
          }),
        );
      const entries = Array.from({ length: 1_000 }, (_, index) => ({
        email: `${random(110, 26, 97)}${index}@example.org`,
        name: random(200, 20_000, 0x4e00),
        group: random(100, 20_000, 0x4e00),
      }));
      await store.putRoster('a', 'large', entries);
      expect(await store.roster('a', 'large')).toEqual(entries);
      await store.removeRoster('a', 'large');
      expect(await store.roster('a', 'large')).toBeUndefined();
    });

    test('a student is made with version 0, and after that written under the version read', async () => {
      const made = await store.saveStudent('a', aStudent('ana@example.org', { name: 'Ana', codeHash: 'x' }));
      expect(made).toEqual(aStudent('ana@example.org', { name: 'Ana', codeHash: 'x', version: 1 }));
      const { codeHash: _, ...without } = made;
      const lab = { id: 'lab', purpose: 'own' as const, replacement: 0 };
      const written = await store.saveStudent('a', { ...without, lab });
      expect(written).toEqual({ ...without, lab, version: 2 });
      expect(await store.student('a', 'ana@example.org')).toEqual(written);
      await expect(store.saveStudent('a', made)).rejects.toSatisfy(overtaken);
      await expect(store.saveStudent('a', aStudent('ana@example.org'))).rejects.toSatisfy(overtaken);
      await expect(store.saveStudent('a', aStudent('bea@example.org', { version: 3 }))).rejects.toSatisfy(
        overtaken,
      );
      expect(await store.student('a', 'ana@example.org')).toEqual(written);
      expect(await store.student('a', 'bea@example.org')).toBeUndefined();
    });

    test('of several that write a student at once, exactly one succeeds', async () => {
      for (const before of [0, 1]) {
        const outcomes = await Promise.allSettled(
          ['Ana', 'Bea', 'Cem'].map((given) =>
            store.saveStudent('a', aStudent('ana@example.org', { name: given, version: before })),
          ),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      }
    });

    test('a call is noted beside the version: it overtakes nobody, and nobody’s write undoes it', async () => {
      const made = await store.saveStudent('a', aStudent('ana@example.org'));
      await store.touchStudent('a', 'ana@example.org', '2026-03-02T12:05:00.000Z');
      const written = await store.saveStudent('a', { ...made, name: 'Ana' });
      expect(written).toMatchObject({ name: 'Ana', lastSeenAt: '2026-03-02T12:05:00.000Z', version: 2 });
      const again = await store.saveStudent('a', { ...written, lastSeenAt: '1999-01-01T00:00:00.000Z' });
      expect(again.lastSeenAt).toBe('2026-03-02T12:05:00.000Z');
      expect(await store.student('a', 'ana@example.org')).toEqual(again);
    });

    test('of a student who is gone no call is noted', async () => {
      const made = await store.saveStudent('a', aStudent('ana@example.org'));
      await store.removeStudent('a', made);
      await store.touchStudent('a', 'ana@example.org', '2026-03-02T12:05:00.000Z');
      expect(await store.students('a')).toEqual([]);
      expect(await store.student('a', 'ana@example.org')).toBeUndefined();
    });

    test('a student is removed under the version read; gone already is done', async () => {
      const made = await store.saveStudent('a', aStudent('ana@example.org'));
      const written = await store.saveStudent('a', made);
      await expect(store.removeStudent('a', made)).rejects.toSatisfy(overtaken);
      expect(await store.student('a', 'ana@example.org')).toEqual(written);
      await store.removeStudent('a', written);
      await store.removeStudent('a', written);
      expect(await store.student('a', 'ana@example.org')).toBeUndefined();
    });

    test('students come all at once by address, of one class', async () => {
      const emails = Array.from({ length: 120 }, (_, index) => `s${(index * 37) % 120}@example.org`);
      await Promise.all(emails.map((email) => store.saveStudent('a', aStudent(email))));
      await store.saveStudent('ab', aStudent('other@example.org'));
      await store.putRoster('a', 'first', []);
      await store.saveLab('a', aClassLab('01a'));
      expect((await store.students('a')).map(({ email }) => email)).toEqual([...emails].sort());
    });

    test('of what is told of a lab the newest stays, in whatever order it comes', async () => {
      await Promise.all([2, 4, 3].map((version) => store.saveLab('a', aClassLab('01a', { version }))));
      const newest = aClassLab('01a', { version: 5, phase: 'ready', percent: 100 });
      const { session: _, ...gone } = aClassLab('01a', { version: 6, phase: 'deleted', endedAt: 'then' });
      await store.saveLab('a', newest);
      await store.saveLab('a', aClassLab('01a', { version: 4, phase: 'failed' }));
      await store.saveLab('a', aClassLab('01a', { version: 5, phase: 'failed' }));
      expect(await store.lab('a', '01a')).toEqual(newest);
      await store.saveLab('a', gone);
      expect(await store.lab('a', '01a')).toEqual(gone);
      expect(await store.lab('ab', '01a')).toBeUndefined();
    });

    test('labs are listed oldest first over any pages, from an id on', async () => {
      const ids = Array.from({ length: 25 }, (_, index) => `01${String(index).padStart(3, '0')}`);
      await Promise.all(ids.map((labId) => store.saveLab('a', aClassLab(labId))));
      await store.saveLab('ab', aClassLab('01003'));
      const idsOf = async (query: { from?: string; limit: number }) => {
        const { found, sizes } = await everyPage((cursor) => store.listLabs('a', { ...query, ...cursor }));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(query.limit);
        return found.map(({ labId }) => labId);
      };
      expect(await idsOf({ limit: 4 })).toEqual(ids);
      expect(await idsOf({ limit: 5 })).toEqual(ids);
      expect(await idsOf({ from: '01007', limit: 4 })).toEqual(ids.slice(7));
      expect(await idsOf({ from: '0100', limit: 30 })).toEqual(ids);
      expect(await idsOf({ from: '02', limit: 4 })).toEqual([]);
    });

    test('a code is found by its hash until it is removed', async () => {
      await store.saveCode('hash', { classId: 'a', email: 'ana@example.org' });
      expect(await store.findCode('hash')).toEqual({ classId: 'a', email: 'ana@example.org' });
      expect(await store.findCode('has')).toBeUndefined();
      await store.removeCode('hash');
      await store.removeCode('hash');
      expect(await store.findCode('hash')).toBeUndefined();
    });

    test('tries are counted one by one, however many come at once, by address and window', async () => {
      const counts = await Promise.all(
        Array.from({ length: 12 }, () => store.countTry('203.0.113.7', 'noon', 1_772_452_800_000)),
      );
      expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
      expect(await store.countTry('203.0.113.7', 'later', 1_772_452_800_000)).toBe(1);
      expect(await store.countTry('2001:db8::7', 'noon', 1_772_452_800_000)).toBe(1);
    });

    test('a try that is forgiven is counted no more, and nothing is forgiven that was not tried', async () => {
      const count = () => store.countTry('203.0.113.7', 'noon', 1_772_452_800_000);
      await store.forgiveTry('203.0.113.7', 'noon');
      expect([await count(), await count()]).toEqual([1, 2]);
      await store.forgiveTry('203.0.113.7', 'noon');
      await store.forgiveTry('203.0.113.7', 'later');
      expect(await count()).toBe(2);
      for (let times = 0; times < 5; times += 1) await store.forgiveTry('203.0.113.7', 'noon');
      expect(await count()).toBe(1);
    });
  });
}
