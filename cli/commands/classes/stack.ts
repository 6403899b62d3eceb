import type { Answer } from '../../../client/client.ts';
import { command } from '../../command.ts';
import { SOURCE_FLAGS, stackSource } from '../../stack-source.ts';
import { forEachStudent } from './for-each-student.ts';
import { STUDENTS_FLAG, studentsOf } from './students-flag.ts';

export const classStackDeploy = command({
  name: 'class stack deploy',
  takes: ['CLASS', 'STACK'],
  flags: {
    ...SOURCE_FLAGS,
    prune: { says: 'Remove services that have gone from the file' },
    ...STUDENTS_FLAG,
  },
  summary: 'Deploy a stack on all labs of a class, or update it',
  example: 'slipway class stack deploy docker-2026 primeiro -c docker-compose.yml',
  async run({ words, flags }, context) {
    const [name = '', stack = ''] = words;
    const api = await context.api();
    const source = await stackSource(context, stack, flags);
    const { student: _, ...others } = flags;
    const line = { name: 'class stack deploy', words, flags: others };
    const prune = flags.prune ? ('true' as const) : ('false' as const);
    const choice = { students: studentsOf(flags), line };
    return await forEachStudent(context, choice, async (students, key) => {
      const lists = students === undefined ? [undefined] : inLists(students);
      const items: Answer<'putClassStack'>['items'] = [];
      for (const [index, list] of lists.entries()) {
        const query = { prune, students: list };
        const idempotencyKey = `${key}-${index}`;
        items.push(
          ...(await api.putClassStack({ class: name, stack, ...source, query, idempotencyKey })).items,
        );
      }
      return { items };
    });
  },
});

/** API Gateway takes a URL and its headers up to 10,240 bytes, and an @ is three of them. */
const LIST_CHARACTERS = 4000;

/** Names with commas between, as many to a list as a URL holds. */
function inLists(names: string[]): string[] {
  const lists: string[] = [];
  for (const name of names) {
    const last = lists.at(-1);
    if (last !== undefined && last.length + name.length < LIST_CHARACTERS)
      lists[lists.length - 1] = `${last},${name}`;
    else lists.push(name);
  }
  return lists;
}
