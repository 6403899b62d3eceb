import { command } from '../../command.ts';
import type { Context } from '../../context.ts';
import { COPY_OPTIONS, reachBySsh, runSsh, type SshReach } from '../../ssh.ts';

export const scp = command({
  name: 'scp',
  takes: ['FROM', 'TO'],
  flags: {
    recursive: { short: 'r', says: 'Copy folders too' },
    delta: { short: 'd', says: 'Only what differs; with rsync' },
    quiet: { short: 'q', says: 'Show no progress' },
  },
  summary: 'Copy files to, from and between machines: [[user@]machine:]path',
  example: 'slipway scp -r ./site LINUXtips-01:/root/site',
  async run({ words, flags }, context) {
    const places = await Promise.all(words.map((word) => readPlace(context, word)));
    const reaches = places.flatMap(({ reach }) => (reach === undefined ? [] : [reach]));
    const options = [
      ...COPY_OPTIONS,
      ...(flags.delta ? [] : ['-3']),
      ...(flags.quiet && !flags.delta ? ['-q'] : []),
    ];
    const keys = reaches.length === 0 ? [] : ['-o', 'IdentitiesOnly=yes', ...reaches.flatMap(keyOptions)];
    const paths = places.map(({ path }) => path);
    const recursive = flags.recursive ? ['-r'] : [];
    if (!flags.delta)
      return await runSsh(context, 'scp', [...options, ...recursive, ...keys, ...paths], reaches);
    const shell = `ssh ${[...options, ...keys].join(' ')}`;
    const progress = flags.quiet ? [] : ['--progress'];
    return await runSsh(context, 'rsync', ['-e', shell, ...progress, ...recursive, ...paths], reaches);
  },
});

function keyOptions({ port, keyFile }: SshReach): string[] {
  return ['-o', `Port=${port}`, '-o', `IdentityFile="${keyFile}"`];
}

/** `machine:path`; without a colon, or of `localhost`, it is here. */
async function readPlace(context: Context, text: string): Promise<{ path: string; reach?: SshReach }> {
  const [, user, machine, path = ''] = /^(?:([^@:/]+)@)?([^:/]+):(.*)$/s.exec(text) ?? [];
  if (machine === undefined) return { path: text };
  if (machine === 'localhost') return { path };
  const reach = await reachBySsh(context, machine);
  const host = reach.address.includes(':') ? `[${reach.address}]` : reach.address;
  return { path: `${user ?? reach.user}@${host}:${path}`, reach };
}
