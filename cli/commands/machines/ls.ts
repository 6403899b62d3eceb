import type { Machine } from '../../../client/operations.ts';
import { lsTable } from '../../../shared/machine/ls-table.ts';
import { command } from '../../command.ts';
import { liveLabs } from '../../current-lab.ts';
import { UsageError } from '../../errors.ts';
import { fillTemplate, readTemplate } from '../../format-template.ts';
import { goTable } from '../../go-table.ts';
import { tellMessages } from '../../notices.ts';
import { printNames } from '../../print-names.ts';
import { isDockerMachine } from '../../program.ts';
import { table } from '../../table.ts';
import { readFilters } from './ls-filters.ts';

/** docker-machine's fields, and the headings that `--format "table ..."` gives them. */
const HEADINGS = {
  Name: 'NAME',
  Active: 'ACTIVE',
  ActiveHost: 'ACTIVE_HOST',
  ActiveSwarm: 'ACTIVE_SWARM',
  DriverName: 'DRIVER',
  State: 'STATE',
  URL: 'URL',
  SwarmOptions: 'SWARM_OPTIONS',
  Swarm: 'SWARM',
  EngineOptions: 'ENGINE_OPTIONS',
  Error: 'ERRORS',
  DockerVersion: 'DOCKER',
  ResponseTime: 'RESPONSE',
};

export const ls = command({
  name: 'ls',
  takes: [],
  flags: {
    quiet: { short: 'q', says: 'Names only' },
    filter: { value: 'KEY=VALUE', many: true, says: 'name=REGEXP, driver=, state=, swarm=, label=' },
    format: {
      short: 'f',
      value: 'TEMPLATE',
      says: '{{.Name}}, {{.State}}, {{.URL}} … or {{json .}}; "table ..." for a table',
    },
    timeout: {
      short: 't',
      value: 'SECONDS',
      says: 'docker-machine’s; the answer comes at once here, and it is passed over',
    },
    all: { short: 'a', says: 'List the labs instead of the machines of one' },
  },
  summary: 'List the machines of a lab, as docker-machine does; or all labs',
  example: "slipway ls --filter state=Running --format '{{.Name}}: {{.URL}}'",
  async run({ flags }, context) {
    const { terminal } = context;
    const matches = readFilters(flags.filter);
    const isTable = flags.format?.startsWith('table') ?? false;
    const format = flags.format?.slice(isTable ? 'table'.length : 0).trim();
    const template = format === undefined ? undefined : readTemplate(format);
    if (template !== undefined) fillTemplate(template, HEADINGS);
    const api = await context.api();
    if (flags.all) {
      if (template !== undefined || flags.filter.length > 0)
        throw new UsageError('--all takes neither --format nor --filter');
      const labs = await liveLabs(api);
      if (flags.quiet)
        printNames(
          context,
          labs.map(({ id }) => id),
        );
      else context.answer(labs, () => labsTable(labs));
      return;
    }
    const lab = await context.labIfAny();
    // No lab is no machine: the headings, as docker-machine has it.
    if (lab === undefined && !isDockerMachine(context.program))
      context.note('there is no lab; "slipway create" makes one');
    const items = lab === undefined ? [] : (await api.listMachines({ lab: lab.id })).items;
    const machines = items.filter(matches);
    if (lab !== undefined && !flags.quiet) await tellMessages(context, api, lab);
    const active = terminal.env.DOCKER_HOST;
    if (flags.quiet)
      printNames(
        context,
        machines.map(({ name }) => name),
      );
    else if (template === undefined) {
      context.answer(machines, () => lsTable(machines, active));
    } else {
      const lines = machines.map((machine) => fillTemplate(template, fieldsOf(machine, active)));
      terminal.out(
        isTable
          ? goTable([fillTemplate(template, HEADINGS), ...lines])
          : lines.map((line) => `${line}\n`).join(''),
      );
    }
  },
});

function fieldsOf(machine: Machine, dockerHost: string | undefined): Record<keyof typeof HEADINGS, unknown> {
  const { name, driver, state, url = '', swarm = '', engineVersion, error = '' } = machine;
  const active = url !== '' && url === dockerHost;
  return {
    Name: name,
    Active: active ? '*' : '-',
    ActiveHost: active,
    ActiveSwarm: false,
    DriverName: driver,
    State: state,
    URL: url,
    SwarmOptions: null,
    Swarm: swarm,
    EngineOptions: null,
    Error: error,
    DockerVersion: engineVersion === undefined ? 'Unknown' : `v${engineVersion}`,
    ResponseTime: 0,
  };
}

function labsTable(labs: Awaited<ReturnType<typeof liveLabs>>): string {
  const rows = labs.map((lab) => [
    lab.id,
    lab.name,
    lab.template,
    lab.owner,
    lab.phase,
    String(lab.machines.length),
    lab.expiresAt,
  ]);
  return table(['LAB', 'NAME', 'TEMPLATE', 'OWNER', 'PHASE', 'MACHINES', 'UNTIL'], rows);
}
