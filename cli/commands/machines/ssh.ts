import { command } from '../../command.ts';
import { reachBySsh, runSsh, SSH_OPTIONS } from '../../ssh.ts';

export const ssh = command({
  name: 'ssh',
  takes: ['NAME?', 'COMMAND?*'],
  flags: {},
  summary: 'Open a shell on a machine, or run a command there',
  example: 'slipway ssh LINUXtips-01 hostname',
  async run({ words, rest }, context) {
    const reach = await reachBySsh(context, words[0]);
    const { user, address, port, keyFile } = reach;
    const to = [`${user}@${address}`, '-o', 'IdentitiesOnly=yes', '-i', keyFile, '-p', String(port)];
    return await runSsh(context, 'ssh', ['-F', '/dev/null', ...SSH_OPTIONS, ...to, ...rest], [reach]);
  },
});
