import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { allPages } from '../../all-pages.ts';
import { command } from '../../command.ts';
import { Failure, UsageError } from '../../errors.ts';
import { printNames } from '../../print-names.ts';
import { table } from '../../table.ts';
import type { Terminal } from '../../terminal.ts';

const SHORT_ID = 25;
const BYTES = 'application/octet-stream';

export const secretCreate = command({
  name: 'secret create',
  takes: ['NAME', 'FILE'],
  flags: { label: { short: 'l', value: 'KEY=VALUE', many: true, says: 'A label of the secret' } },
  summary: 'Make a secret of a file; - is standard input',
  example: "echo 'minha secret' | slipway secret create minha_secret -",
  async run({ words: [name = '', file = ''], flags }, context) {
    const labels = Object.fromEntries(flags.label.map(readLabel));
    const value = await readValue(context.terminal, file);
    const api = await context.api();
    const lab = await context.lab();
    const body = { name, base64: Buffer.from(value).toString('base64'), labels };
    const secret = await api.createSecret({ lab: lab.id, body, idempotencyKey: randomUUID() });
    context.answer(secret, () => `${secret.id}\n`);
  },
});

export const secretLs = command({
  name: 'secret ls',
  takes: [],
  flags: { quiet: { short: 'q', says: 'Names only' } },
  summary: 'List the secrets of a lab’s swarm',
  example: 'slipway secret ls',
  async run({ flags }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const secrets = await allPages((query) => api.listSecrets({ lab: lab.id, query }));
    const rows = secrets.map(({ id, name, createdAt, usedBy }) => [
      id.slice(0, SHORT_ID),
      name,
      createdAt,
      usedBy.join(', '),
    ]);
    if (flags.quiet)
      printNames(
        context,
        secrets.map(({ name }) => name),
      );
    else context.answer(secrets, () => table(['ID', 'NAME', 'CREATED', 'USED BY'], rows));
  },
});

export const secretInspect = command({
  name: 'secret inspect',
  takes: ['NAME...'],
  flags: {},
  summary: 'Print what is known of secrets, never their values',
  example: 'slipway secret inspect minha_secret',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const secrets = await Promise.all(words.map((secret) => api.getSecret({ lab: lab.id, secret })));
    context.terminal.out(`${JSON.stringify(secrets, null, 4)}\n`);
  },
});

export const secretRm = command({
  name: 'secret rm',
  takes: ['NAME...'],
  flags: {},
  summary: 'Remove secrets that no service uses',
  example: 'slipway secret rm minha_secret',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    for (const secret of words) {
      await api.removeSecret({ lab: lab.id, secret, idempotencyKey: randomUUID() });
      if (!context.json) context.print(secret);
    }
    if (context.json)
      context.answer(
        words.map((name) => ({ name, removed: true })),
        () => '',
      );
  },
});

export const secretRotate = command({
  name: 'secret rotate',
  takes: ['NAME', 'FILE'],
  flags: {},
  summary: 'Give a secret another value, in every service that uses it',
  example: "echo 'nova_senha' | slipway secret rotate db_pass -",
  async run({ words: [secret = '', file = ''] }, context) {
    const data = await readValue(context.terminal, file);
    const api = await context.api();
    const lab = await context.lab();
    const rotation = await api.rotateSecret({
      lab: lab.id,
      secret,
      bytes: { type: BYTES, data },
      idempotencyKey: randomUUID(),
    });
    const { name, updated } = rotation;
    const services = updated.length === 0 ? 'no service uses it' : `in ${updated.join(', ')}`;
    context.answer(
      rotation,
      () => `${secret} is ${name} now: ${services}
`,
    );
  },
});

async function readValue(terminal: Terminal, file: string): Promise<Uint8Array> {
  if (file === '-') return await terminal.input();
  return await readFile(file).catch((error: Error) => {
    throw new Failure(error.message);
  });
}

function readLabel(text: string): [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined)
    throw new UsageError(`--label takes KEY=VALUE, and not "${text}"`);
  return [key, value];
}
