import { describe, expect, test } from 'vitest';
import { chapters } from '../../../verify/course/chapters/all.ts';
import {
  anId,
  holds,
  isNot,
  lacks,
  prints,
  refuses,
  replicas,
  rows,
  sameAs,
  says,
} from '../../../verify/course/checks.ts';
import type { Answer, Check } from '../../../verify/course/step.ts';

const answer = (stdout: string, more: Partial<Answer> = {}): Answer => ({
  exitCode: 0,
  stdout,
  stderr: '',
  ...more,
});
const notes = new Map([['token', 'SWMTKN-1']]);
const SERVICES = `ID             NAME        MODE         REPLICAS   IMAGE
j0lm4bk4ux4x   webserver   replicated   5/5        nginx:latest
k1lm4bk4ux4x   app         replicated   1/1        minha_app:1.0
`;

describe.each<[string, Check, Answer, Answer]>([
  ['says', says('Ready', /^a/), answer('a Ready'), answer('b Ready')],
  ['lacks', lacks('Down'), answer('Ready'), answer('is Down')],
  ['lacks, of a command that failed', lacks('Down'), answer(''), answer('', { exitCode: 1 })],
  ['refuses', refuses('--force'), answer('', { exitCode: 1, stderr: 'add --force' }), answer('add --force')],
  ['refuses, for another reason', refuses('x'), answer('x', { exitCode: 1 }), answer('', { exitCode: 1 })],
  ['prints', prints('oi'), answer('oi\n'), answer('oi!\n')],
  ['anId', anId, answer(`${'a1'.repeat(32)}\n`), answer('Error\n')],
  ['anId, of the swarm', anId, answer('x4jcoqvpoizuaa4ndpr6zmngj\noverall progress'), answer('x4jc\n')],
  ['rows', rows(2), answer(SERVICES), answer('NAME\na\n')],
  [
    'replicas',
    replicas({ webserver: '5/5', app: '1/1' }),
    answer(SERVICES),
    answer(SERVICES.replace('5/5', '4/5')),
  ],
  ['replicas, of a service too many', replicas({}), answer('ID NAME\n'), answer(SERVICES)],
  [
    'replicas, of one that is missing',
    replicas({ app: '1/1' }),
    answer('ID NAME\nx app replicated 1/1'),
    answer('ID NAME\n'),
  ],
  [
    'holds',
    holds({ '0.Spec.Replicas': 5, '0.Spec.Name': /^web/ }),
    answer('[{"Spec":{"Replicas":5,"Name":"webserver"}}]'),
    answer('[{"Spec":{"Replicas":4,"Name":"webserver"}}]'),
  ],
  [
    'holds, that a value is not there',
    holds({ '0.Data': undefined }),
    answer('[{}]'),
    answer('[{"Data":"x"}]'),
  ],
  ['sameAs', sameAs('token'), answer('SWMTKN-1\n'), answer('SWMTKN-2\n')],
  ['isNot', isNot('token'), answer('SWMTKN-2'), answer('SWMTKN-1')],
])('%s', (_, check, right, wrong) => {
  test('is content with the right answer, and not with the wrong one', () => {
    expect(check(right, notes)).toBeUndefined();
    expect(check(wrong, notes)).toMatch(/./);
  });
});

describe.each(chapters.map((chapter) => [chapter.name, chapter] as const))(
  'the chapter %s',
  (_, { steps }) => {
    test.each(steps.map((step) => [step.command, step.check] as const))(
      '%s: silence is not enough',
      (_, check) => {
        expect(check({ exitCode: 1, stdout: '', stderr: '' }, new Map())).toMatch(/./);
      },
    );

    test('notes what is named later, before it', () => {
      const noted = new Set<string>();
      for (const { command, note } of steps) {
        for (const [, name] of command.matchAll(/‹(.+?)›/g)) expect(noted).toContain(name);
        if (note !== undefined) noted.add(note.name);
      }
    });

    test('tests another way what the routing mesh cannot answer', () => {
      const count = (mesh: string) => steps.filter((step) => step.mesh === mesh).length;
      expect(count('missing') > 0).toBe(count('needed') > 0);
    });
  },
);

test('chapters have names of their own', () => {
  expect(new Set(chapters.map(({ name }) => name)).size).toBe(chapters.length);
});
