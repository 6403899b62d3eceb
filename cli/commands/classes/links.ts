import { randomUUID } from 'node:crypto';
import { colorsFor } from '../../colors.ts';
import { command } from '../../command.ts';
import { STUDENTS_FLAG, studentsOf } from './students-flag.ts';

/** Links lead to where the server was called. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

export const classLinks = command({
  name: 'class links',
  takes: ['CLASS'],
  flags: {
    ...STUDENTS_FLAG,
    revoke: { says: 'Make no new ones: those that there are open nothing any more' },
  },
  summary: 'Make new join links, as CSV, shown this once; the old ones open nothing from then on',
  example:
    'slipway class links docker-2026 > links.csv\nslipway class links docker-2026 --student ana@school.example',
  async run({ words: [name = ''], flags }, context) {
    const api = await context.api();
    const input = { class: name, body: { students: studentsOf(flags) }, idempotencyKey: randomUUID() };
    if (flags.revoke) {
      const answer = await api.revokeLinks(input);
      context.answer(answer, () => `${answer.revoked} join links open nothing any more\n`);
      return;
    }
    if (context.json) context.answer(await api.createLinks(input), () => '');
    else context.terminal.out(await api.text('createLinks', input, 'text/csv'));
    const { hostname } = new URL((await context.session()).server);
    if (LOOPBACK.test(hostname)) {
      context.note(
        colorsFor(context.terminal).yellow(
          `These links lead to ${hostname}, which is each student's own machine: log in by an address that they reach, and make them again`,
        ),
      );
    }
    context.note(
      'Shown this once: whoever has a link is that student. Send each student theirs, then remove the file; a lost one is replaced by --student',
    );
  },
});
