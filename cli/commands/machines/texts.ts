import { keepCertificate, machineFolder } from '../../certificates.ts';
import { command } from '../../command.ts';
import { findMachine, findMachines } from '../../find-machine.ts';
import { fillTemplate, readTemplate } from '../../format-template.ts';

/** docker-machine's small texts of one machine, as the API has them. */

export const ip = command({
  name: 'ip',
  takes: ['NAME...?'],
  flags: {},
  summary: 'Print the addresses of machines',
  example: 'slipway ip LINUXtips-01',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const machines = findMachines(context, lab, words);
    const texts = await Promise.all(
      machines.map(({ name }) => api.machineIp({ lab: lab.id, machine: name })),
    );
    const addresses = machines.map(({ name }, index) => ({ name, ip: texts[index]?.trim() }));
    context.answer(addresses, () => texts.join(''));
  },
});

export const url = command({
  name: 'url',
  takes: ['NAME?'],
  flags: {},
  summary: 'Print where a machine’s Docker Engine answers',
  example: 'slipway url LINUXtips-01',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, words[0]);
    const text = await api.machineUrl({ lab: lab.id, machine: name });
    context.answer({ name, url: text.trim() }, () => text);
  },
});

export const status = command({
  name: 'status',
  takes: ['NAME?'],
  flags: {},
  summary: 'Print the state of a machine: Running, Stopped …',
  example: 'slipway status LINUXtips-01',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, words[0]);
    const text = await api.machineStatus({ lab: lab.id, machine: name });
    context.answer({ name, status: text.trim() }, () => text);
  },
});

export const config = command({
  name: 'config',
  takes: ['NAME?'],
  flags: { swarm: { says: 'docker-machine’s, for a swarm of before Docker 1.12; passed over' } },
  summary: 'Print docker’s flags for a machine',
  example: 'docker $(slipway config LINUXtips-01) ps',
  async run({ words }, context) {
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, words[0]);
    // Refused before a certificate is made, where the machine does not run.
    await api.machineUrl({ lab: lab.id, machine: name });
    const certPath = await keepCertificate(context.terminal, api, { lab: lab.id, machine: name });
    const text = await api.machineConfig({ lab: lab.id, machine: name, query: { certPath } });
    context.answer({ name, flags: text.trim().split('\n') }, () => text);
  },
});

export const inspect = command({
  name: 'inspect',
  takes: ['NAME?'],
  flags: {
    format: { short: 'f', value: 'TEMPLATE', says: '{{.Driver.IPAddress}}, {{json .HostOptions}} …' },
  },
  summary: 'Print what is known of a machine, in docker-machine’s own names',
  example: "slipway inspect --format '{{.Driver.IPAddress}}' LINUXtips-01",
  async run({ words, flags }, context) {
    const template = flags.format === undefined ? undefined : readTemplate(flags.format);
    const api = await context.api();
    const lab = await context.lab();
    const { name } = findMachine(context, lab, words[0]);
    const certPath = machineFolder(context.terminal, lab.id, name);
    const text = await api.text('inspectMachine', { lab: lab.id, machine: name, query: { certPath } });
    context.terminal.out(template === undefined ? text : `${fillTemplate(template, JSON.parse(text))}\n`);
  },
});
