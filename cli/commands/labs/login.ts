import { readFile } from 'node:fs/promises';
import { createClient } from '../../../client/client.ts';
import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { exchangeCode, isJoinLink, readJoinLink } from '../../join.ts';
import { keepLogin, readSession } from '../../session.ts';
import type { Terminal } from '../../terminal.ts';
import { readClaims } from '../../token-claims.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:7070';

export const login = command({
  name: 'login',
  takes: ['SERVER?'],
  flags: {
    'token-file': { value: 'FILE', says: 'A file that holds the token; - is standard input' },
    token: { value: 'TOKEN', says: 'The token itself; others on this machine may read a command line' },
    code: { value: 'CODE', says: 'A student’s join code, or the whole link it came in; - is standard input' },
    'keep-code': { says: 'Keep the code too, so that a new token is had by itself once this one expires' },
  },
  summary: 'Keep a server and a token in ~/.slipway/config.json, which only you can read',
  example: `slipway login ${DEFAULT_SERVER} --token-file /var/lib/slipway/data/operator-token\nslipway login --code 'https://slipway.example/join#CODE' --keep-code`,
  async run({ words, flags }, context) {
    const { terminal } = context;
    const [first] = words;
    if (flags.code !== undefined || (first !== undefined && isJoinLink(first))) {
      await joinClass(context, first, flags);
      return;
    }
    if (flags['keep-code']) throw new UsageError('--keep-code goes with --code');
    const server = serverOf(first ?? (await knownServer(terminal)) ?? DEFAULT_SERVER);
    const token = await tokenOf(terminal, flags);
    // A token that does not open anything is not kept.
    await createClient({ server, token, fetch: terminal.fetch }).listLabs({ query: { limit: 1 } });
    await keepLogin(terminal, server, { token });
    const { subject, role, expiresAt } = readClaims(token);
    const who = [subject, role === undefined ? undefined : `(${role})`]
      .filter((word) => word !== undefined)
      .join(' ');
    context.answer({ server, subject, role, expiresAt }, () => {
      const until = expiresAt === undefined ? '' : `, until ${expiresAt}`;
      return `Logged in to ${server}${who === '' ? '' : ` as ${who}`}${until}\n`;
    });
  },
});

interface JoinFlags {
  code: string | undefined;
  'keep-code': boolean;
  token: string | undefined;
  'token-file': string | undefined;
}

/** A student's way in: the code is exchanged for a token, and where they are for where their lab lets them in from. */
async function joinClass(context: Context, first: string | undefined, flags: JoinFlags): Promise<void> {
  const { terminal } = context;
  if (flags.token !== undefined || flags['token-file'] !== undefined)
    throw new UsageError('--code stands alone, without --token and --token-file');
  const { server, code } = await linkOf(terminal, first, flags.code);
  const joined = await exchangeCode(terminal, server, code);
  const { token, role, subject, class: classId, expiresAt, note } = joined;
  const keeps = flags['keep-code'];
  await keepLogin(terminal, server, { token, ...(keeps && { code }) });
  context.answer(
    { server, subject, role, class: classId, expiresAt },
    () => `Logged in to ${server} as ${subject} (${role} of class ${classId}), until ${expiresAt}\n`,
  );
  if (note !== undefined) context.note(note);
  context.note(
    keeps
      ? 'The join code is kept in ~/.slipway/config.json, which only you can read: the next token is had by itself'
      : `Then log in again with the same link; "${context.program} login --code LINK --keep-code" does that by itself`,
  );
}

/** @throws UsageError where the server that is named is not the link's: a code is told to nobody else. */
async function linkOf(
  terminal: Terminal,
  first: string | undefined,
  given: string | undefined,
): Promise<{ server: string; code: string }> {
  const text =
    given === undefined ? first : given === '-' ? await typed(terminal, 'Join link or code: ') : given;
  const link = readJoinLink(text ?? '');
  const named =
    first === undefined ? undefined : isJoinLink(first) ? readJoinLink(first).server : serverOf(first);
  if (named !== undefined && link.server !== undefined && named !== link.server)
    throw new UsageError(`the link is of ${link.server}, and not of ${named}; leave one of them out`);
  const server = link.server ?? named ?? (await knownServer(terminal));
  if (server === undefined)
    throw new UsageError('which server? Paste the whole link, or name it: slipway login URL --code CODE');
  return { server, code: link.code };
}

async function typed(terminal: Terminal, question: string): Promise<string> {
  return terminal.interactive
    ? ((await terminal.ask(question, true)) ?? '')
    : Buffer.from(await terminal.input()).toString('utf8');
}

function serverOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:/.test(text)) {
    throw new UsageError(`"${text}" is no server; write it as ${DEFAULT_SERVER}`);
  }
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname}`.replace(/\/+(?:v1\/*)?$/, '');
}

async function knownServer(terminal: Terminal): Promise<string | undefined> {
  return await readSession(terminal).then(
    ({ server }) => server,
    () => undefined,
  );
}

async function tokenOf(
  terminal: Terminal,
  { token, 'token-file': file }: { token: string | undefined; 'token-file': string | undefined },
): Promise<string> {
  if (token !== undefined && file !== undefined)
    throw new UsageError('--token and --token-file: one of them');
  const text = token ?? (await readToken(terminal, file));
  const found = text.trim();
  if (!/^[\x21-\x7e]+$/.test(found)) throw new UsageError('there is no token in what was given');
  return found;
}

async function readToken(terminal: Terminal, file: string | undefined): Promise<string> {
  if (file === '-' || (file === undefined && !terminal.interactive))
    return Buffer.from(await terminal.input()).toString('utf8');
  if (file === undefined) return (await terminal.ask('Token: ', true)) ?? '';
  return await readFile(file, 'utf8').catch((error: Error) => {
    throw new UsageError(`--token-file: ${error.message}`);
  });
}
