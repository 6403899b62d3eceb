import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Class } from '../../shared/class/class.ts';
import { isSlipwayError } from '../../shared/core/errors.ts';
import type { ClassStore } from '../../shared/ports/class-store.ts';
import { START } from '../support/builders.ts';
import { aClass } from '../support/class-builders.ts';
import { everyPage } from './every-page.ts';

const failsWith = (code: string) => (error: unknown) => isSlipwayError(error) && error.code === code;

async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (error: unknown) => (isSlipwayError(error) ? error.code : String(error)),
  );
}

/** What every ClassStore does with classes themselves. @param open gives an empty store. */
export function classStoreContract(name: string, open: () => Promise<ClassStore>): void {
  describe(`${name}, a ClassStore: classes`, () => {
    let store: ClassStore;
    beforeEach(async () => {
      store = await open();
    });

    test('gives back a class as it was made, whole and deeply equal, and none that was never made', async () => {
      const record = aClass({
        id: 'ab',
        spec: { budget: { usd: 20, stopAtSessionEnd: true }, hoursQuota: 'PT5H', machines: { workers: 2 } },
        status: { events: [{ sequence: 1, at: 'now', type: 'Made', message: 'made' }] },
      });
      await store.create(record);
      expect(await store.load('ab')).toEqual(record);
      expect(await store.load('a')).toBeUndefined();
    });

    test('of two that make the same name at once one succeeds, and it is kept', async () => {
      const outcomes = await Promise.all(
        ['ines', 'ivo'].map((instructor) => codeOf(store.create(aClass({ id: 'a', instructor })))),
      );
      expect([...outcomes].sort()).toEqual(['conflict', 'done']);
      expect((await store.load('a'))?.instructor).toBe(outcomes[0] === 'done' ? 'ines' : 'ivo');
      await expect(store.create(aClass({ id: 'a' }))).rejects.toThrow('a class with name a exists already');
    });

    test('shares nothing with its callers', async () => {
      const record = aClass({ id: 'a' });
      await store.create(record);
      record.spec.deleted = true;
      const loaded = await store.load('a');
      if (loaded) loaded.spec.after = 'stop';
      expect((await store.load('a'))?.spec).toMatchObject({ deleted: false, after: 'delete' });
    });

    test('a spec is written under its version, moves the due time, and leaves a newer status alone', async () => {
      const record = aClass({ id: 'a' });
      await store.create(record);
      const told = await store.saveStatus(record, { ...record.status, rosterId: 'first' }, START + 1);
      const written = await store.saveSpec(record, { ...record.spec, deleted: true }, START + 5);
      expect(written).toEqual({
        ...told,
        spec: { ...record.spec, deleted: true },
        specVersion: 1,
        dueAt: START + 5,
      });
      expect(await store.load('a')).toEqual(written);
      await expect(store.saveSpec(record, record.spec, START)).rejects.toSatisfy(
        failsWith('version_conflict'),
      );
      expect(await store.load('a')).toEqual(written);
    });

    test('a status is written under both versions, never writes the spec, and takes the due time away', async () => {
      const record = aClass({ id: 'a' });
      await store.create(record);
      const meddled = { ...record, spec: { ...record.spec, deleted: true } };
      const written = await store.saveStatus(meddled, { ...record.status, prepared: 'then' }, undefined);
      const { dueAt: _, ...rest } = record;
      expect(written).toEqual({
        ...rest,
        status: { ...record.status, prepared: 'then' },
        statusVersion: 1,
      });
      expect(await store.load('a')).toEqual(written);
      expect((await store.listDue({ until: START + 10 ** 9, limit: 5 })).items).toEqual([]);
      await expect(store.saveStatus(record, record.status, START)).rejects.toSatisfy(
        failsWith('version_conflict'),
      );
      const changed = await store.saveSpec(written, record.spec, START);
      await expect(store.saveStatus(written, record.status, START)).rejects.toSatisfy(
        failsWith('version_conflict'),
      );
      expect(await store.load('a')).toEqual(changed);
    });

    test('of several that save a status at once, exactly one succeeds', async () => {
      const record = aClass({ id: 'a' });
      await store.create(record);
      const outcomes = await Promise.all(
        [1, 2, 3].map((due) => codeOf(store.saveStatus(record, record.status, START + due))),
      );
      expect(outcomes.sort()).toEqual(['done', 'version_conflict', 'version_conflict']);
    });

    test('saving a class that is not there is a version conflict and makes none', async () => {
      const record = aClass({ id: 'a' });
      expect(await codeOf(store.saveSpec(record, record.spec, START))).toBe('version_conflict');
      expect(await codeOf(store.saveStatus(record, record.status, START))).toBe('version_conflict');
      expect(await store.load('a')).toBeUndefined();
    });

    test('of several ticks that move the same due time at once, exactly one does', async () => {
      const record = aClass({ id: 'a', dueAt: START });
      await store.create(record);
      const moved = await Promise.all([1, 2, 3].map((by) => store.moveDue('a', START, START + by)));
      expect(moved.filter((won) => won)).toHaveLength(1);
      const { items } = await store.listDue({ until: START + 9, limit: 10 });
      expect(items).toEqual([{ classId: 'a', dueAt: START + 1 + moved.indexOf(true) }]);
      expect(await store.moveDue('gone', START, START + 1)).toBe(false);
      expect(await store.load('gone')).toBeUndefined();
      expect(await codeOf(store.saveStatus(record, record.status, START))).toBe('done');
    });

    test('what is due comes soonest first over any pages, as sorting them all would', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 15 }),
          fc.integer({ min: 0, max: 5 }),
          fc.integer({ min: 1, max: 6 }),
          async (moments, until, limit) => {
            const fresh = await open();
            const made = moments.map((moment, index) => ({ id: `c-${index}`, dueAt: START + moment }));
            await Promise.all(made.map((due) => fresh.create(aClass(due))));
            const { found, sizes } = await everyPage((cursor) =>
              fresh.listDue({ until: START + until, limit, ...cursor }),
            );
            const expected = made
              .filter(({ dueAt }) => dueAt <= START + until)
              .sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1))
              .map(({ id, dueAt }) => ({ classId: id, dueAt }));
            expect(found).toEqual(expected);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
          },
        ),
        { numRuns: 10 },
      );
    });

    test('classes are listed newest first over any pages, of one instructor or of all', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({
              instructor: fc.constantFrom('ana', 'an', 'bea'),
              age: fc.integer({ min: 0, max: 4 }),
            }),
            { maxLength: 12 },
          ),
          fc.constantFrom(undefined, 'ana', 'an', 'nobody'),
          fc.integer({ min: 1, max: 5 }),
          async (made, instructor, limit) => {
            const fresh = await open();
            const classes = made.map(({ instructor: of, age }, index) =>
              aClass({
                id: `c-${index}`,
                instructor: of,
                createdAt: new Date(START - age * 1000).toISOString(),
              }),
            );
            await Promise.all(classes.map((record) => fresh.create(record)));
            const { found, sizes } = await everyPage((cursor) =>
              fresh.list({ limit, ...(instructor === undefined ? {} : { instructor }), ...cursor }),
            );
            const place = ({ createdAt, id }: Class) => `${createdAt}#${id}`;
            const expected = classes
              .filter((record) => instructor === undefined || record.instructor === instructor)
              .sort((a, b) => (place(a) < place(b) ? 1 : -1));
            expect(found).toEqual(expected);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
          },
        ),
        { numRuns: 10 },
      );
    });
  });
}
