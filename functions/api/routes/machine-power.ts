import { z } from 'zod';
import { viewMachines } from '../../../shared/machine/machine-view.ts';
import { MachineAnswer } from '../../../shared/service/lab-view.ts';
import { MACHINE_VERBS, type MachineVerb, powerMachine } from '../../../shared/service/machine-power.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, flag, MachinePath } from './parameters.ts';

const SUMMARY: Record<MachineVerb, string> = {
  start: 'Start a machine',
  stop: 'Stop a machine cleanly; its disk stays',
  restart: 'Restart a machine, or start it',
  kill: 'Power a machine off without a shutdown',
};

export function addMachinePowerRoutes(api: Api): void {
  for (const verb of MACHINE_VERBS) addVerb(api, verb);
}

function addVerb(api: Api, verb: MachineVerb): void {
  const { deps } = api;
  const guarded = verb === 'stop' || verb === 'kill';
  operate(
    api,
    {
      method: 'post',
      path: `/v1/labs/{lab}/machines/{machine}/${verb}`,
      id: `${verb}Machine`,
      tag: 'Machines',
      summary: SUMMARY[verb],
      ...(guarded
        ? { description: 'Refused where the swarm would lose its majority of managers, unless `force=true`.' }
        : {}),
      access: EVERYBODY,
      params: MachinePath,
      query: guarded
        ? z.strictObject({ force: flag.describe('Lose the majority all the same') })
        : z.strictObject({ force: flag.describe('Changes nothing here') }),
      repeatable: true,
      answers: { 202: { description: 'It follows', content: { 'application/json': MachineAnswer } } },
      refuses: ['not_found', 'conflict', 'version_conflict', ...(guarded ? (['quorum'] as const) : [])],
    },
    async ({ caller, params, query, key, context }) => {
      const { lab: labId, machine } = params;
      const write = { caller, labId, method: 'POST', path: context.req.path, body: query, key };
      const lab = await powerMachine(deps, write, { machine, verb, force: query.force });
      context.header('Location', `/v1/labs/${labId}/machines/${machine}`);
      return context.json(
        viewMachines(lab, deps.driver.name).find(({ name }) => name === machine),
        202,
      );
    },
  );
}
