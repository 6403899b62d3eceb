import type { Context } from 'hono';
import { z } from 'zod';
import type { Lab } from '../../../shared/lab/lab.ts';
import { Chore } from '../../../shared/lab/machine.ts';
import { viewMachines } from '../../../shared/machine/machine-view.ts';
import { MachineAnswer } from '../../../shared/service/lab-view.ts';
import { addMachine, MachineRequest } from '../../../shared/service/machines/add-machine.ts';
import { askChore } from '../../../shared/service/machines/ask-chore.ts';
import { leaveSwarm } from '../../../shared/service/machines/leave-swarm.ts';
import { rebuildMachine } from '../../../shared/service/machines/rebuild-machine.ts';
import { removeMachine } from '../../../shared/service/machines/remove-machine.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, flag, json, LabPath, MachinePath } from './parameters.ts';

const CHORES: Record<Chore, { id: string; summary: string; description: string }> = {
  'regenerate-certs': {
    id: 'regenerateCerts',
    summary: 'A new key and server certificate for its engine, at once',
    description:
      'The machine enrols again and its engine restarts with the new certificate, its containers with it; the lab’s CA, and so your own certificate, stays. Each boot does the same. The outcome is in the lab’s events.',
  },
  provision: {
    id: 'provisionMachine',
    summary: 'Put what makes it a host in place again',
    description:
      'Its units, its enrolment and the lab’s SSH key as on its first boot, then as regenerate-certs. The outcome is in the lab’s events.',
  },
  upgrade: {
    id: 'upgradeMachine',
    summary: 'Upgrade its Docker Engine to the newest that its own package source has',
    description:
      'By apt or dnf, from the sources of its image: another release line, or an engine newer than the distribution’s, is not had this way. Its engine restarts only where there was something newer. The outcome, with both versions or why not, is in the lab’s events.',
  },
};

/** What changes a lab's machines beyond their power. */
export function addMachineChangeRoutes(api: Api): void {
  const { deps } = api;
  const follows = (context: Context, lab: Lab, name: string): Response => {
    context.header('Location', `/v1/labs/${lab.id}/machines/${name}`);
    return context.json(
      viewMachines(lab, deps.driver.name).find((machine) => machine.name === name),
      202,
    );
  };
  const answers = { 202: { description: 'It follows', content: json(MachineAnswer) } };

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/machines',
      id: 'addMachine',
      tag: 'Machines',
      summary: 'Add a machine to a live lab; it joins the swarm in its role',
      access: EVERYBODY,
      params: LabPath,
      body: MachineRequest,
      repeatable: true,
      answers,
      refuses: ['not_found', 'conflict', 'quota', 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, key };
      const { lab, name } = await addMachine(deps, write, body);
      return follows(context, lab, name);
    },
  );

  for (const [method, path, id, summary, act] of [
    [
      'delete',
      '',
      'removeMachine',
      'Take it out: drained, demoted, left, forgotten, destroyed',
      removeMachine,
    ],
    [
      'post',
      '/rebuild',
      'rebuildMachine',
      'Make it anew under its name and role, its disk with it',
      rebuildMachine,
    ],
  ] as const) {
    operate(
      api,
      {
        method,
        path: `/v1/labs/{lab}/machines/{machine}${path}`,
        id,
        tag: 'Machines',
        summary,
        description: 'Refused where the managers that stay would be no majority, unless `force=true`.',
        access: EVERYBODY,
        params: MachinePath,
        query: z.strictObject({ force: flag.describe('Whatever becomes of the swarm') }),
        repeatable: true,
        answers,
        refuses: ['not_found', 'conflict', 'quorum', 'version_conflict'],
      },
      async ({ caller, params, query, key, context }) => {
        const { lab: labId, machine } = params;
        const write = {
          caller,
          labId,
          method: method.toUpperCase(),
          path: context.req.path,
          body: query,
          key,
        };
        return follows(context, await act(deps, write, { machine, force: query.force }), machine);
      },
    );
  }

  for (const verb of Chore.options) {
    operate(
      api,
      {
        method: 'post',
        path: `/v1/labs/{lab}/machines/{machine}/${verb}`,
        ...CHORES[verb],
        tag: 'Machines',
        access: EVERYBODY,
        params: MachinePath,
        repeatable: true,
        answers,
        refuses: ['not_found', 'conflict', 'version_conflict'],
      },
      async ({ caller, params, key, context }) => {
        const { lab: labId, machine } = params;
        const write = { caller, labId, method: 'POST', path: context.req.path, key };
        return follows(context, await askChore(deps, write, { machine, verb }), machine);
      },
    );
  }

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/machines/{machine}/leave-swarm',
      id: 'leaveSwarm',
      tag: 'Swarm',
      summary: 'docker swarm leave, on that machine',
      description: 'Its node stays known, as one that is down. A manager leaves by `force=true` alone.',
      access: EVERYBODY,
      params: MachinePath,
      query: z.strictObject({ force: flag.describe('Also a manager, whatever becomes of the swarm') }),
      repeatable: true,
      answers: { 204: { description: 'It is in no swarm' } },
      refuses: ['not_found', 'conflict', 'quorum', 'engine_unreachable'],
    },
    async ({ caller, params, query, key, context }) => {
      const { lab: labId, machine } = params;
      const write = { caller, labId, method: 'POST', path: context.req.path, body: query, key };
      await leaveSwarm(deps, write, { machine, force: query.force });
      return context.body(null, 204);
    },
  );
}
