import { randomUUID } from 'node:crypto';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';

type Role = 'manager' | 'worker';

export const swarmToken = command({
  name: 'swarm token',
  takes: ['ROLE'],
  flags: { quiet: { short: 'q', says: 'The token alone' } },
  summary: 'Print the token that a manager or worker joins with',
  example: 'slipway swarm token worker',
  async run({ words, flags }, context) {
    await print(context, roleOf(words[0]), flags.quiet);
  },
});

export const swarmRotate = command({
  name: 'swarm rotate',
  takes: ['ROLE'],
  flags: { quiet: { short: 'q', says: 'The token alone' } },
  summary: 'Make a new token for managers or workers; the old one lets nobody in any more',
  example: 'slipway swarm rotate worker',
  async run({ words, flags }, context) {
    const role = roleOf(words[0]);
    const api = await context.api();
    const lab = await context.lab();
    await api.rotateJoinTokens({ lab: lab.id, query: { role }, idempotencyKey: randomUUID() });
    if (!flags.quiet) context.note(`Successfully rotated ${role} join token.`);
    await print(context, role, flags.quiet);
  },
});

/** As `docker swarm join-token` prints it. */
async function print(context: Context, role: Role, quiet: boolean): Promise<void> {
  const api = await context.api();
  const lab = await context.lab();
  const tokens = await api.getJoinTokens({ lab: lab.id });
  const token = tokens[role];
  if (quiet && !context.json) {
    context.print(token);
    return;
  }
  const [address = ''] = tokens.managers;
  const line = `docker swarm join --token ${token} ${address}`;
  context.answer(
    { role, token, address },
    () => `To add a ${role} to this swarm, run the following command:\n\n    ${line}\n\n`,
  );
}

function roleOf(text: string | undefined): Role {
  if (text === 'manager' || text === 'worker') return text;
  throw new UsageError(`"${text}" must be manager or worker`);
}
