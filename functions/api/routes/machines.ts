import { z } from 'zod';
import { lsTable } from '../../../shared/machine/ls-table.ts';
import { viewMachines } from '../../../shared/machine/machine-view.ts';
import { findLab } from '../../../shared/service/find-lab.ts';
import { MachineAnswer } from '../../../shared/service/lab-view.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { EVERYBODY, LabPath } from './parameters.ts';

export function addMachineRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/machines',
      id: 'listMachines',
      tag: 'Machines',
      summary: 'The lab’s machines; `Accept: text/plain` is docker-machine’s ls table',
      access: EVERYBODY,
      params: LabPath,
      query: z.strictObject({
        dockerHost: z
          .string()
          .max(256)
          .optional()
          .describe('Your DOCKER_HOST, which marks the active machine'),
      }),
      answers: {
        200: {
          description: 'In natural order of their names',
          content: {
            'application/json': z.object({ items: z.array(MachineAnswer) }),
            'text/plain': z.string(),
          },
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) => {
      const { lab, enrolments } = await findLab(deps, caller, params.lab);
      const machines = viewMachines(lab, deps.driver.name, enrolments);
      return prefers(context, ['application/json', 'text/plain']) === 'text/plain'
        ? context.text(lsTable(machines, query.dockerHost))
        : context.json({ items: machines });
    },
  );
}
