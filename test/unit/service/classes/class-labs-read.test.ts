import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Student } from '../../../../shared/class/student.ts';
import { allClassLabs, presentClassLabs } from '../../../../shared/service/classes/class-labs-read.ts';
import { createClassWorld } from '../../../support/class-world.ts';
import { countCalls } from '../../../support/count-calls.ts';

const idOf = (index: number) => `01kjq7a1${String(index).padStart(18, '0')}`;
const holding = (index: number): Pick<Student, 'lab'> => ({
  lab: { id: idOf(index), purpose: 'session', replacement: 0 },
});

describe('students’ present labs', () => {
  test('are all found and no others, in at most a read each, wherever they lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(400), { maxLength: 120 }),
        fc.array(fc.nat(400), { maxLength: 30 }),
        async (kept, wanted) => {
          const here = await createClassWorld({ emails: [] });
          for (const index of kept) await here.tell(idOf(index), 'ana@example.org');
          const calls = countCalls(here.world.deps.classes);
          const found = await presentClassLabs(here.world.deps, 'docker', wanted.map(holding));
          const expected = new Set(wanted.filter((index) => kept.includes(index)).map(idOf));
          expect(new Set(found.keys())).toEqual(expected);
          expect(calls().listLabs ?? 0).toBeLessThanOrEqual(new Set(wanted).size);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('are nothing to read where nobody has one', async () => {
    const here = await createClassWorld();
    const calls = countCalls(here.world.deps.classes);
    expect((await presentClassLabs(here.world.deps, 'docker', [{}, {}])).size).toBe(0);
    expect(calls()).toEqual({});
  });

  test('of all times are read to the last page', async () => {
    const here = await createClassWorld({ emails: [] });
    for (let index = 0; index < 2_500; index += 1) await here.tell(idOf(index), 'ana@example.org');
    const ids: string[] = [];
    for await (const { labId } of allClassLabs(here.world.deps, 'docker')) ids.push(labId);
    expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => idOf(index)));
  });
});
