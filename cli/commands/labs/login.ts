import { readFile } from 'node:fs/promises';
import { createClient } from '../../../client/client.ts';
import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { keepLogin, readSession } from '../../session.ts';
import type { Terminal } from '../../terminal.ts';
import { readClaims } from '../../token-claims.ts';

const DEFAULT_SERVER = 'http://127.0.0.1:7070';

export const login = command({
  name: 'login',
  takes: ['URL?'],
  flags: {
    'token-file': { value: 'FILE', says: 'A file that holds the token; - is standard input' },
    token: { value: 'TOKEN', says: 'The token itself; others on this machine may read a command line' },
  },
  summary: 'Keep a server and a token in ~/.slipway/config.json, which only you can read',
  example: `slipway login ${DEFAULT_SERVER} --token-file /var/lib/slipway/data/operator-token`,
  async run({ words, flags }, context) {
    const { terminal } = context;
    const server = serverOf(words[0] ?? (await knownServer(terminal)) ?? DEFAULT_SERVER);
    const token = await tokenOf(terminal, flags);
    // A token that does not open anything is not kept.
    await createClient({ server, token, fetch: terminal.fetch }).listLabs({ query: { limit: 1 } });
    await keepLogin(terminal, server, token);
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
