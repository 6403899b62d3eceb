import { z } from 'zod';
import { listNodeTasks } from '../../../shared/service/swarm/list-tasks.ts';
import { TaskView } from '../../../shared/service/swarm/task-view.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, LabPath, pageOf, paging, SWARM_REFUSES } from './parameters.ts';

export function addNodeTaskRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/nodes/{node}/tasks',
      id: 'listNodeTasks',
      tag: 'Services',
      summary: 'A node’s tasks, as docker node ps lists them',
      access: EVERYBODY,
      params: LabPath.extend({ node: z.string().describe('The node’s host name or id') }),
      query: paging,
      answers: { 200: { description: 'By service and slot', content: json(pageOf(TaskView)) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) =>
      context.json(await listNodeTasks(api.deps, caller, params.lab, params.node, query)),
  );
}
