import { describe, expect, test } from 'vitest';
import { iso } from '../../../shared/core/clock.ts';
import { START } from '../../support/builders.ts';
import { aSchool } from '../../support/school.ts';

const at = (minutes: number) => iso(START + minutes * 60_000);

describe('messages of the instructor', () => {
  const notice = (id: string) => ({ id, at: at(0), text: `words ${id}` });

  test('are told in the timeline, each once, in their order', async () => {
    const school = await aSchool({ notices: [notice('a'), notice('b')] });
    const told = async () =>
      (await school.deps.labs.listEvents(school.id, { after: 0, limit: 1000 }))
        .filter(({ type }) => type === 'Message')
        .map(({ message }) => message);
    await school.pass(5 * 60);
    expect(await told()).toEqual(['words a', 'words b']);
    await school.change((spec) => ({ ...spec, notices: [notice('b'), notice('c')] }));
    await school.pass(5 * 60);
    await school.change((spec) => ({ ...spec, notices: [notice('d'), notice('e')] }));
    await school.pass(5 * 60);
    expect(await told()).toEqual(['words a', 'words b', 'words c', 'words d', 'words e']);
  });

  test('are kept whole, and the record small, however long they are', async () => {
    const text = '字'.repeat(280);
    const notices = Array.from({ length: 10 }, (_, index) => ({ ...notice(`${index}`), text }));
    const school = await aSchool({ notices });
    await school.pass(5 * 60);
    expect(await school.phase()).toBe('ready');
    const events = await school.deps.labs.listEvents(school.id, { after: 0, limit: 1000 });
    expect(events.filter(({ message }) => message === text)).toHaveLength(10);
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    // The store takes none of more than 16 KB.
    expect(Buffer.byteLength(JSON.stringify(await school.load()))).toBeLessThan(15 * 1024);
  });

  test('reach a lab that waits for its moment', async () => {
    const school = await aSchool({ startsAt: at(60), notices: [notice('a')] });
    await school.pass(60);
    expect((await school.load()).status.events.map(({ type }) => type)).toContain('Message');
  });
});
