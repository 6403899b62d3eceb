import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';
import { writeLine } from '../../command-line.ts';
import { confirm } from '../../confirm.ts';
import { UsageError } from '../../errors.ts';
import { isoDuration } from '../../iso-duration.ts';
import { forEachStudent } from './for-each-student.ts';
import { STUDENTS_FLAG, studentsOf } from './students-flag.ts';

const YES = { yes: { short: 'y', says: 'Do not ask' } } as const;

export const classStart = command({
  name: 'class start',
  takes: ['CLASS'],
  flags: {
    by: { value: 'DURATION', says: 'For how long; to the session’s end, or four hours, if left out' },
    ...STUDENTS_FLAG,
  },
  summary: 'Start the labs of a class that are stopped',
  example:
    'slipway class start docker-2026\nslipway class start docker-2026 --by 2h --student ana@school.example',
  async run({ words, flags }, context) {
    const by = flags.by === undefined ? undefined : isoDuration(flags.by);
    const api = await context.api();
    const line = { name: 'class start', words, flags: { by } };
    return await forEachStudent(context, { students: studentsOf(flags), line }, (students, idempotencyKey) =>
      api.startClass({ class: words[0] ?? '', body: { by, students }, idempotencyKey }),
    );
  },
});

export const classStop = command({
  name: 'class stop',
  takes: ['CLASS'],
  flags: STUDENTS_FLAG,
  summary: 'Stop the labs of a class; their disks stay',
  example: 'slipway class stop docker-2026',
  async run({ words, flags }, context) {
    const api = await context.api();
    const choice = { students: studentsOf(flags), line: { name: 'class stop', words, flags: {} } };
    return await forEachStudent(context, choice, (students, idempotencyKey) =>
      api.stopClass({ class: words[0] ?? '', body: { students }, idempotencyKey }),
    );
  },
});

export const classExtend = command({
  name: 'class extend',
  takes: ['CLASS'],
  flags: { by: { value: 'DURATION', says: 'How much longer: 30m, 2h or PT30M' }, ...STUDENTS_FLAG },
  summary: 'Let the labs of a class live longer',
  example: 'slipway class extend docker-2026 --by 30m',
  async run({ words, flags }, context) {
    if (flags.by === undefined) throw new UsageError('"class extend" needs --by, such as --by 30m');
    const by = isoDuration(flags.by);
    const api = await context.api();
    const line = { name: 'class extend', words, flags: { by } };
    return await forEachStudent(context, { students: studentsOf(flags), line }, (students, idempotencyKey) =>
      api.extendClass({ class: words[0] ?? '', body: { by, students }, idempotencyKey }),
    );
  },
});

export const classRebuild = command({
  name: 'class rebuild',
  takes: ['CLASS'],
  flags: { ...STUDENTS_FLAG, ...YES },
  summary: 'Make labs of a class anew from its template; what was in them is lost',
  example: 'slipway class rebuild docker-2026 --student ana@school.example -y',
  async run({ words, flags }, context) {
    const [name = ''] = words;
    const students = studentsOf(flags);
    const question = `Rebuild ${whose(students)} of class ${name}? What was in them is lost`;
    const line = { program: context.program, name: 'class rebuild', words, flags: { ...flags, yes: true } };
    if (!(await confirm(context, { yes: flags.yes, question, line: writeLine(line) }))) return 1;
    const api = await context.api();
    return await forEachStudent(context, { students, line }, (chosen, idempotencyKey) =>
      api.rebuildClass({ class: name, body: { students: chosen }, idempotencyKey }),
    );
  },
});

export const classRm = command({
  name: 'class rm',
  takes: ['CLASS'],
  flags: { labs: { says: 'Only its labs; the class and its sessions stay' }, ...STUDENTS_FLAG, ...YES },
  summary: 'Remove a class and its labs; its records stay',
  example: 'slipway class rm docker-2026 -y\nslipway class rm docker-2026 --labs',
  async run({ words, flags }, context) {
    const [name = ''] = words;
    const students = studentsOf(flags);
    if (students !== undefined && !flags.labs)
      throw new UsageError('--student goes with --labs; "class roster" takes students out of a class');
    const question = flags.labs
      ? `Remove ${whose(students)} of class ${name}? What is in them is lost; the class stays`
      : `Remove class ${name}: its sessions, join codes and all labs? Its records stay`;
    const line = { program: context.program, name: 'class rm', words, flags: { ...flags, yes: true } };
    if (!(await confirm(context, { yes: flags.yes, question, line: writeLine(line) }))) return 1;
    const api = await context.api();
    if (flags.labs) {
      return await forEachStudent(context, { students, line }, (chosen, idempotencyKey) =>
        api.deleteClassLabs({ class: name, body: { students: chosen }, idempotencyKey }),
      );
    }
    const gone = await api.deleteClass({ class: name, idempotencyKey: randomUUID() });
    context.answer(gone, () => `Class ${name} is being removed; "class records ${name}" has what was\n`);
    return 0;
  },
});

function whose(students: string[] | undefined): string {
  if (students === undefined) return 'all labs';
  return students.length === 1 ? `the lab of ${students[0]}` : `the labs of ${students.length} students`;
}
