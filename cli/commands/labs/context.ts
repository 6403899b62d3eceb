import { join } from 'node:path';
import { keepCertificate } from '../../certificates.ts';
import { command } from '../../command.ts';
import { Failure } from '../../errors.ts';

export const dockerContext = command({
  name: 'context',
  takes: ['MACHINE?'],
  flags: { name: { value: 'NAME', says: 'What docker calls it; slipway-<lab> if left out' } },
  summary: 'Make a docker context for a lab: docker --context NAME node ls',
  example: 'slipway context --name friday\ndocker --context friday node ls',
  async run({ words: [asked], flags }, context) {
    const { terminal } = context;
    const api = await context.api();
    const lab = await context.lab();
    const running = lab.machines.filter(({ url }) => url !== undefined);
    const machine =
      asked === undefined
        ? (running.find(({ role }) => role === 'manager') ?? running[0])
        : running.find(({ name }) => name === asked);
    if (machine === undefined) throw new Failure(`${asked ?? `no machine of lab ${lab.name}`} is running`);
    const folder = await keepCertificate(terminal, api, { lab: lab.id, machine: machine.name });
    const name = flags.name ?? `slipway-${lab.name.replaceAll(/[^A-Za-z0-9_.+-]/g, '-')}`;
    const files = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' };
    const paths = Object.entries(files).map(([what, file]) => `${what}=${join(folder, file)}`);
    const made = [
      '--description',
      `Slipway lab ${lab.id}`,
      '--docker',
      [`host=${machine.url}`, ...paths].join(','),
      name,
    ];
    const exists = (await terminal.run('docker', ['context', 'inspect', name], { quiet: true })) === 0;
    const code = await terminal.run('docker', ['context', exists ? 'update' : 'create', ...made], {
      quiet: true,
    });
    if (code === undefined) throw new Failure('docker is not installed on this machine');
    if (code !== 0)
      throw new Failure(`docker could not make the context; try: docker context create ${made.join(' ')}`);
    context.answer({ name, host: machine.url }, () => `docker --context ${name} node ls\n`);
  },
});
