import { command } from '../../command.ts';
import { UsageError } from '../../errors.ts';
import { COPY_OPTIONS, reachBySsh, runSsh } from '../../ssh.ts';

export const mount = command({
  name: 'mount',
  takes: ['FROM', 'TO?'],
  flags: { unmount: { short: 'u', says: 'Take it off again' } },
  summary: 'Mount a folder of a machine here, with sshfs: machine:path',
  example:
    'mkdir site && slipway mount LINUXtips-01:/root/site site\nslipway mount -u LINUXtips-01:/root/site site',
  async run({ words, flags }, context) {
    const [from = '', to] = words;
    const [, machine, path = ''] = /^([^:]+):(.*)$/s.exec(from) ?? [];
    if (machine === undefined) throw new UsageError(`"${from}" is no machine:path`);
    const here = to ?? path;
    if (flags.unmount) return await runSsh(context, 'fusermount', ['-u', here], []);
    const [name, user] = machine.split('@').reverse();
    const reach = await reachBySsh(context, name);
    const key = [
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      `Port=${reach.port}`,
      '-o',
      `IdentityFile=${reach.keyFile}`,
    ];
    return await runSsh(
      context,
      'sshfs',
      [...COPY_OPTIONS, ...key, `${user ?? reach.user}@${reach.address}:${path}`, here],
      [reach],
    );
  },
});
