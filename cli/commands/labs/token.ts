import type { Input } from '../../../client/client.ts';
import { command } from '../../command.ts';
import { isoDuration } from '../../iso-duration.ts';

type Request = Input<'createToken'>['body'];

const DEFAULT_LIFE = '12h';

export const token = command({
  name: 'token',
  takes: ['ROLE', 'SUBJECT'],
  flags: { for: { value: 'DURATION', says: `How long it is good: 12h, 90d; ${DEFAULT_LIFE} if left out` } },
  summary: 'Print a token for somebody: instructor, student or operator, and who they are',
  example: 'slipway token instructor iris@school.example --for 90d > iris.token',
  async run({ words: [role = '', subject = ''], flags }, context) {
    const api = await context.api();
    const expiresIn = isoDuration(flags.for ?? DEFAULT_LIFE);
    // The API knows the roles, and says which of them the caller may give.
    const made = await api.createToken({ body: { role: role as Request['role'], subject, expiresIn } });
    context.answer(made, () => `${made.token}\n`);
    const { server } = await context.session();
    context.note(
      `Shown this once, good until ${made.expiresAt}: whoever has it is ${made.subject} (${made.role}). They type:\n  ${context.program} login ${server} --token-file FILE`,
    );
  },
});
