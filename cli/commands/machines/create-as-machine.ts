import { randomUUID } from 'node:crypto';
import type { Lab } from '../../../client/operations.ts';
import { awaitMachine } from '../../await-machine.ts';
import { awaitReady } from '../../await-ready.ts';
import { command } from '../../command.ts';
import { connectHint } from '../../connect-hint.ts';
import { Failure } from '../../errors.ts';
import { lastEvent } from '../../follow-lab.ts';
import { keepLab } from '../../session.ts';

/** One machine and no swarm: what docker-machine makes. */
const TEMPLATE = 'docker-host';

/** `docker-machine create`: a machine more in the current lab, or a lab of one machine where there is none. */
export const createAsMachine = command({
  name: 'create',
  takes: ['NAME'],
  flags: {
    driver: { short: 'd', value: 'DRIVER', says: 'Any; the machines are made by the server’s own driver' },
    hours: { value: 'HOURS', says: 'Until a new lab is torn down' },
  },
  lenient: true,
  summary: 'Create a machine',
  example: 'docker-machine create --driver virtualbox linuxtips',
  async run({ words: [name = ''], flags }, context) {
    const { terminal, program } = context;
    const say = (line: string) => {
      if (!context.json) context.print(line);
    };
    const api = await context.api();
    const { server } = await context.session();
    const lab = await context.labIfAny();
    if (lab?.machines.some((machine) => machine.name === name)) {
      throw new Failure(`Docker machine "${name}" already exists`);
    }
    const tellDriver = ({ machines }: Lab) => {
      const driver = machines[0]?.driver;
      if (flags.driver !== undefined && driver !== undefined && flags.driver !== driver) {
        context.note(`--driver ${flags.driver}: machines of this server are made by its driver, ${driver}`);
      }
    };
    if (lab !== undefined) tellDriver(lab);
    say('Running pre-create checks...');
    if (lab !== undefined) {
      const after = await lastEvent(api, lab.id);
      await api.addMachine({ lab: lab.id, body: { name }, idempotencyKey: randomUUID() });
      say('Creating machine...');
      const machine = await awaitMachine(context, api, lab, { name, after });
      context.answer(machine, () => connectHint(program, name));
      return;
    }
    const hours = flags.hours === undefined ? undefined : Number(flags.hours);
    const made = await api.createLab({
      body: { template: TEMPLATE, machineName: name, hours },
      idempotencyKey: randomUUID(),
    });
    await keepLab(terminal, server, made.id);
    tellDriver(made);
    say('Creating machine...');
    const ready = await awaitReady(context, api, made, { after: 0, machines: [name] });
    context.answer(ready.machines[0], () => connectHint(program, name));
  },
});
