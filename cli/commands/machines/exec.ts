import { command } from '../../command.ts';
import { EXIT, Failure } from '../../errors.ts';
import { findMachine } from '../../find-machine.ts';

const ENDED = {
  deadline: 'it took more than the 20 s that it may; ssh has no such end',
  'too-much-output': 'it printed more than the 1 MiB that it may; ssh has no such limit',
};

export const exec = command({
  name: 'exec',
  takes: ['NAME', 'COMMAND*'],
  flags: { stdin: { short: 'i', says: 'Give it this command’s standard input' } },
  summary: 'Run a program on a machine through the API, as root, for 20 s at most',
  example: 'slipway exec LINUXtips-01 docker node ls',
  async run({ words, rest, flags }, context) {
    const { terminal } = context;
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, words[0]);
    const stdin = flags.stdin ? { stdin: Buffer.from(await terminal.input()).toString('utf8') } : {};
    const result = await api.execOnMachine({ lab: lab.id, machine: name, body: { command: rest, ...stdin } });
    if (context.json) context.answer(result, () => '');
    else {
      terminal.out(result.stdout);
      terminal.err(result.stderr);
    }
    if (result.ended !== 'by-itself') throw new Failure(ENDED[result.ended]);
    return result.exitCode ?? EXIT.failed;
  },
});
