import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { isSlipwayError } from '../../shared/core/errors.ts';
import type { Lab, LabEvent } from '../../shared/lab/lab.ts';
import type { LabStore } from '../../shared/ports/store.ts';
import { aLab, aMachine, aReadyLab, START } from '../support/builders.ts';
import { everyPage } from './every-page.ts';

const failsWith = (code: string) => (error: unknown) => isSlipwayError(error) && error.code === code;

async function codeOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => 'done',
    (error: unknown) => (isSlipwayError(error) ? error.code : String(error)),
  );
}

function anEvent(sequence: number, message = `event ${sequence}`): LabEvent {
  return { sequence, at: new Date(START + sequence).toISOString(), type: 'Told', message };
}

/** What every LabStore does. @param open gives an empty store. */
export function labStoreContract(name: string, open: () => Promise<LabStore>): void {
  describe(`${name}, a LabStore`, () => {
    let store: LabStore;
    beforeEach(async () => {
      store = await open();
    });

    test('gives back a lab as it was made, whole and deeply equal', async () => {
      const lab = aReadyLab({ id: 'a' });
      await store.create(lab);
      expect(await store.load('a')).toEqual({ lab, enrolments: [] });
    });

    test('knows nothing of a lab that was never made, nor of its id as a prefix of another', async () => {
      await store.create(aLab({ id: 'ab' }));
      expect(await store.load('a')).toBeUndefined();
    });

    test('refuses to make an id twice, and keeps the first', async () => {
      await store.create(aLab({ id: 'a', owner: 'ana' }));
      await expect(store.create(aLab({ id: 'a', owner: 'bea' }))).rejects.toSatisfy(failsWith('conflict'));
      expect((await store.load('a'))?.lab.owner).toBe('ana');
    });

    test('of two that make the same id at once, one succeeds', async () => {
      const outcomes = await Promise.all(
        ['ana', 'bea'].map((owner) => codeOf(store.create(aLab({ id: 'a', owner })))),
      );
      expect(outcomes.sort()).toEqual(['conflict', 'done']);
    });

    test('shares nothing with its callers: changing what was loaded changes no record', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      lab.spec.power = 'off';
      const loaded = await store.load('a');
      if (loaded) loaded.lab.spec.deleted = true;
      expect((await store.load('a'))?.lab.spec).toMatchObject({ power: 'on', deleted: false });
    });

    test('a spec is written under its version, raises it, moves the due time and leaves the status alone', async () => {
      const lab = aReadyLab({ id: 'a' });
      await store.create(lab);
      const written = await store.saveSpec(lab, { ...lab.spec, deleted: true }, START + 5);
      expect(written).toEqual({
        ...lab,
        spec: { ...lab.spec, deleted: true },
        specVersion: lab.specVersion + 1,
        dueAt: START + 5,
      });
      expect((await store.load('a'))?.lab).toEqual(written);
    });

    test('a spec derived from an older spec is refused, and changes nothing', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const first = await store.saveSpec(lab, { ...lab.spec, power: 'off' }, START);
      await expect(store.saveSpec(lab, { ...lab.spec, deleted: true }, START + 9)).rejects.toSatisfy(
        failsWith('version_conflict'),
      );
      expect((await store.load('a'))?.lab).toEqual(first);
    });

    test('a spec can be saved over a newer status, which it returns and does not undo', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const status = { ...lab.status, network: { subnet: '100.64.0.0/26' } };
      await store.saveStatus(lab, status, START);
      const written = await store.saveSpec(lab, { ...lab.spec, power: 'off' }, START);
      expect(written.status).toEqual(status);
      expect((await store.load('a'))?.lab).toEqual(written);
    });

    test('a status is written under both versions, raises its own, and never writes the spec', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const status = { ...lab.status, network: { subnet: '100.64.0.0/26' } };
      const meddled = { ...lab, spec: { ...lab.spec, deleted: true } };
      const written = await store.saveStatus(meddled, status, START + 7);
      const stored = (await store.load('a'))?.lab;
      expect(stored).toEqual({ ...lab, status, statusVersion: 1, dueAt: START + 7 });
      expect(written).toEqual(stored);
    });

    test('a status derived from an older spec, or an older status, is refused and changes nothing', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const respecced = await store.saveSpec(lab, { ...lab.spec, deleted: true }, START);
      await expect(store.saveStatus(lab, lab.status, START)).rejects.toSatisfy(failsWith('version_conflict'));
      const saved = await store.saveStatus(respecced, lab.status, START + 1);
      await expect(store.saveStatus(respecced, lab.status, START + 2)).rejects.toSatisfy(
        failsWith('version_conflict'),
      );
      expect((await store.load('a'))?.lab).toEqual(saved);
    });

    test('of several that save a status at once, exactly one succeeds', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const outcomes = await Promise.all(
        [1, 2, 3, 4].map((due) => codeOf(store.saveStatus(lab, lab.status, START + due))),
      );
      expect(outcomes.sort()).toEqual(['done', 'version_conflict', 'version_conflict', 'version_conflict']);
      expect((await store.load('a'))?.lab.statusVersion).toBe(1);
    });

    test('of a spec and a status saved at once, the status loses or was first: the spec is never lost', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const [spec] = await Promise.all([
        codeOf(store.saveSpec(lab, { ...lab.spec, deleted: true }, START)),
        codeOf(store.saveStatus(lab, lab.status, START)),
      ]);
      expect(spec).toBe('done');
      expect((await store.load('a'))?.lab.spec.deleted).toBe(true);
    });

    test('saving a lab that was forgotten is a version conflict and makes no record', async () => {
      const lab = aLab({ id: 'a' });
      await expect(store.saveStatus(lab, lab.status, START)).rejects.toSatisfy(failsWith('version_conflict'));
      await expect(store.saveSpec(lab, lab.spec, START)).rejects.toSatisfy(failsWith('version_conflict'));
      expect(await store.load('a')).toBeUndefined();
    });

    test('a record beyond 16 KB is refused with its size, made or saved', async () => {
      const machines = Array.from({ length: 16 }, (_, index) => aMachine(`m${index}`));
      const allowFrom = Array.from({ length: 1_200 }, (_, index) => `10.0.${index % 256}.0/24`);
      const lab = aLab({ id: 'a' });
      const large = aLab({ id: 'b', spec: { machines, allowFrom } });
      await store.create(lab);
      await expect(store.create(large)).rejects.toSatisfy(failsWith('too_large'));
      await expect(store.saveSpec(lab, large.spec, START)).rejects.toSatisfy(failsWith('too_large'));
      await expect(
        store.saveStatus(lab, { ...lab.status, toldFailures: { m: 'x'.repeat(16_384) } }, START),
      ).rejects.toThrow(/lab a would be \d+ bytes/);
      expect((await store.load('a'))?.lab).toEqual(lab);
    });

    test('enrolments come with their lab, the last one of each machine, events do not', async () => {
      await store.create(aLab({ id: 'a' }));
      await store.saveEnrolment('a', { machine: 'LINUXtips-02', failure: { message: 'no disk', at: 'now' } });
      await store.saveEnrolment('a', { machine: 'LINUXtips-02', enrolledAt: 'later' });
      await store.saveEnrolment('a', { machine: 'LINUXtips-01', enrolledAt: 'now' });
      await store.appendEvents('a', [anEvent(1)]);
      expect((await store.load('a'))?.enrolments).toEqual([
        { machine: 'LINUXtips-01', enrolledAt: 'now' },
        { machine: 'LINUXtips-02', enrolledAt: 'later' },
      ]);
    });

    test('an enrolment does not race a status: neither conflicts with nor undoes the other', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const [, saved] = await Promise.all([
        store.saveEnrolment('a', { machine: 'm', enrolledAt: 'now' }),
        store.saveStatus(lab, lab.status, START),
      ]);
      expect(await store.load('a')).toEqual({
        lab: saved,
        enrolments: [{ machine: 'm', enrolledAt: 'now' }],
      });
    });

    test('events are told oldest first, after a sequence, as many as asked, past ten and a hundred', async () => {
      const events = Array.from({ length: 120 }, (_, index) => anEvent(index + 1));
      await store.appendEvents('a', events);
      expect(await store.listEvents('a', { after: 0, limit: 500 })).toEqual(events);
      expect(await store.listEvents('a', { after: 98, limit: 3 })).toEqual(events.slice(98, 101));
      expect(await store.listEvents('a', { after: 120, limit: 10 })).toEqual([]);
      expect(await store.listEvents('b', { after: 0, limit: 10 })).toEqual([]);
    });

    test('an event told again under its sequence is one event, as told last', async () => {
      await store.appendEvents('a', [anEvent(1), anEvent(2, 'never saved')]);
      await store.appendEvents('a', [anEvent(2, 'saved'), anEvent(3)]);
      const messages = (await store.listEvents('a', { after: 0, limit: 10 })).map(({ message }) => message);
      expect(messages).toEqual(['event 1', 'saved', 'event 3']);
    });

    test('a lab is due from its due time on, until it moves or is never due again', async () => {
      const due = async (until: number) => (await store.listDue({ until, limit: 10 })).items;
      const lab = aLab({ id: 'a', dueAt: START });
      await store.create(lab);
      expect(await due(START - 1)).toEqual([]);
      expect(await due(START)).toEqual([{ labId: 'a', dueAt: START }]);
      const later = await store.saveSpec(lab, lab.spec, START + 50);
      expect(await due(START + 49)).toEqual([]);
      expect(await due(START + 50)).toEqual([{ labId: 'a', dueAt: START + 50 }]);
      const never = await store.saveStatus(later, later.status, undefined);
      expect(never).not.toHaveProperty('dueAt');
      expect((await store.load('a'))?.lab).not.toHaveProperty('dueAt');
      expect(await due(Number.MAX_SAFE_INTEGER - 1)).toEqual([]);
      await store.saveStatus(never, never.status, START + 60);
      expect(await due(START + 60)).toEqual([{ labId: 'a', dueAt: START + 60 }]);
    });

    test('of several ticks that move the same due time at once, exactly one does', async () => {
      await store.create(aLab({ id: 'a', dueAt: START }));
      const moved = await Promise.all([1, 2, 3].map((by) => store.moveDue('a', START, START + by)));
      const won = moved.filter((lab) => lab !== undefined);
      expect(won).toHaveLength(1);
      const { items } = await store.listDue({ until: START + 9, limit: 10 });
      expect(items).toEqual([{ labId: 'a', dueAt: won[0]?.dueAt }]);
    });

    test('a due time that is no longer there is not moved, and no record is made of a forgotten lab', async () => {
      await store.create(aLab({ id: 'a', dueAt: START }));
      expect(await store.moveDue('a', START + 1, START + 2)).toBeUndefined();
      expect(await store.moveDue('gone', START, START + 2)).toBeUndefined();
      expect(await store.load('gone')).toBeUndefined();
      expect((await store.load('a'))?.lab.dueAt).toBe(START);
    });

    test('moving a due time conflicts with no status or spec under way', async () => {
      const lab = aLab({ id: 'a', dueAt: START });
      await store.create(lab);
      await store.moveDue('a', START, START + 30);
      const saved = await store.saveStatus(lab, lab.status, START + 40);
      expect(saved.dueAt).toBe(START + 40);
    });

    test('what is due comes soonest first over any pages: each once, none lost, as sorting them all would', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 24 }),
          fc.integer({ min: 0, max: 6 }),
          fc.integer({ min: 1, max: 9 }),
          async (moments, until, limit) => {
            const fresh = await open();
            const labs = moments.map((moment, index) => aLab({ id: `lab-${index}`, dueAt: START + moment }));
            await Promise.all(labs.map((lab) => fresh.create(lab)));
            const { found, sizes } = await everyPage((cursor) =>
              fresh.listDue({ until: START + until, limit, ...cursor }),
            );
            const expected = labs
              .map(({ id, dueAt = 0 }) => ({ labId: id, dueAt }))
              .filter(({ dueAt }) => dueAt <= START + until)
              .sort((a, b) => a.dueAt - b.dueAt || (a.labId < b.labId ? -1 : 1));
            expect(found).toEqual(expected);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
          },
        ),
        { numRuns: 12 },
      );
    });

    test('labs are listed newest first over any pages, of one owner or of all, as sorting them would', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(
            fc.record({ owner: fc.constantFrom('ana', 'an', 'bea'), age: fc.integer({ min: 0, max: 4 }) }),
            {
              maxLength: 20,
            },
          ),
          fc.constantFrom(undefined, 'ana', 'an', 'nobody'),
          fc.integer({ min: 1, max: 7 }),
          async (made, owner, limit) => {
            const fresh = await open();
            const labs = made.map(({ owner: of, age }, index) =>
              aLab({ id: `lab-${index}`, owner: of, createdAt: new Date(START - age * 1000).toISOString() }),
            );
            await Promise.all(labs.map((lab) => fresh.create(lab)));
            const { found, sizes } = await everyPage<Lab>((cursor) =>
              fresh.list({ limit, ...(owner === undefined ? {} : { owner }), ...cursor }),
            );
            const place = ({ createdAt, id }: Lab) => `${createdAt}#${id}`;
            const expected = labs
              .filter((lab) => owner === undefined || lab.owner === owner)
              .sort((a, b) => (place(a) < place(b) ? 1 : -1));
            expect(found).toEqual(expected);
            expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
          },
        ),
        { numRuns: 10 },
      );
    });

    test('a list shows each lab as it is now, not as it was when it was made', async () => {
      const lab = aLab({ id: 'a' });
      await store.create(lab);
      const written = await store.saveSpec(lab, { ...lab.spec, power: 'off' }, START);
      expect(await store.list({ limit: 5 })).toEqual({ items: [written] });
      expect(await store.list({ limit: 5, owner: lab.owner })).toEqual({ items: [written] });
    });

    test('a purge forgets the lab, its enrolments, its events and its due time, and nobody else’s', async () => {
      for (const id of ['a', 'ab']) {
        await store.create(aLab({ id, owner: 'ana' }));
        await store.saveEnrolment(id, { machine: 'm', enrolledAt: 'now' });
        await store.appendEvents(
          id,
          Array.from({ length: 60 }, (_, index) => anEvent(index + 1)),
        );
      }
      await store.purge('a');
      expect(await store.load('a')).toBeUndefined();
      expect(await store.listEvents('a', { after: 0, limit: 100 })).toEqual([]);
      expect((await store.list({ limit: 10 })).items.map(({ id }) => id)).toEqual(['ab']);
      expect((await store.list({ limit: 10, owner: 'ana' })).items.map(({ id }) => id)).toEqual(['ab']);
      expect((await store.listDue({ until: START, limit: 10 })).items.map(({ labId }) => labId)).toEqual([
        'ab',
      ]);
      expect((await store.load('ab'))?.enrolments).toHaveLength(1);
      expect(await store.listEvents('ab', { after: 0, limit: 100 })).toHaveLength(60);
      await store.create(aLab({ id: 'a' }));
      expect((await store.load('a'))?.enrolments).toEqual([]);
    });

    test('purging what is gone is done', async () => {
      await expect(store.purge('never')).resolves.toBeUndefined();
    });
  });
}
