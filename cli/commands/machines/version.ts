import { command } from '../../command.ts';
import { Failure } from '../../errors.ts';
import { findMachine } from '../../find-machine.ts';
import { isProgram } from '../../program.ts';
import { VERSION, versionLine } from '../../version.ts';

export const version = command({
  name: 'version',
  takes: ['NAME?'],
  flags: {},
  summary: 'Print the version of this command, or of a machine’s Docker Engine',
  example: 'slipway version LINUXtips-01',
  async run({ words }, context) {
    const [name] = words;
    if (name === undefined) {
      context.answer({ version: VERSION }, () =>
        versionLine(isProgram(context.program) ? context.program : 'slipway'),
      );
      return;
    }
    const machine = findMachine(context, await context.lab(), name);
    const { engineVersion } = machine;
    if (engineVersion === undefined)
      throw new Failure(`the Docker Engine of ${name} does not answer; it is ${machine.state}`);
    context.answer({ name, version: engineVersion }, () => `${engineVersion}\n`);
  },
});
