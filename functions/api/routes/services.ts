import { z } from 'zod';
import { changeService } from '../../../shared/service/swarm/change-service.ts';
import { createService } from '../../../shared/service/swarm/create-service.ts';
import { getService, listServices } from '../../../shared/service/swarm/list-services.ts';
import { listServiceTasks } from '../../../shared/service/swarm/list-tasks.ts';
import { removeService } from '../../../shared/service/swarm/remove-service.ts';
import { rollbackService } from '../../../shared/service/swarm/rollback-service.ts';
import { ServiceChange } from '../../../shared/service/swarm/service-change.ts';
import { ServiceRequest } from '../../../shared/service/swarm/service-request.ts';
import { ServiceDetail, ServiceView } from '../../../shared/service/swarm/service-view.ts';
import { TaskView } from '../../../shared/service/swarm/task-view.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, LabPath, pageOf, paging, SWARM_REFUSES } from './parameters.ts';

export const ServicePath = LabPath.extend({ service: z.string().describe('The service’s name or id') });

export function addServiceRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/services',
      id: 'listServices',
      tag: 'Services',
      summary: 'Services of a lab’s swarm, whoever made them',
      access: EVERYBODY,
      params: LabPath,
      query: paging,
      answers: { 200: { description: 'By name', content: json(pageOf(ServiceView)) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) =>
      context.json(await listServices(deps, caller, params.lab, query)),
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/services',
      id: 'createService',
      tag: 'Services',
      summary: 'Make a service, as docker service create does with the same flags',
      access: EVERYBODY,
      params: LabPath,
      body: ServiceRequest,
      repeatable: true,
      answers: { 201: { description: 'It is made; its tasks follow', content: json(ServiceDetail) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, body, key };
      const service = await createService(deps, write, body);
      context.header('Location', `/v1/labs/${params.lab}/services/${service.name}`);
      return context.json(service, 201);
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/services/{service}',
      id: 'getService',
      tag: 'Services',
      summary: 'A service: what docker service inspect and ps show, and why it is not up',
      access: EVERYBODY,
      params: ServicePath,
      answers: { 200: { description: 'As it is now', content: json(ServiceDetail) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) =>
      context.json(await getService(deps, caller, params.lab, params.service)),
  );

  operate(
    api,
    {
      method: 'patch',
      path: '/v1/labs/{lab}/services/{service}',
      id: 'changeService',
      tag: 'Services',
      summary: 'Scale it, or change its image, environment, secrets, mounts … in one update',
      description: 'What is not named stays as it is, and where nothing changes there is no update.',
      access: EVERYBODY,
      params: ServicePath,
      body: ServiceChange,
      repeatable: true,
      answers: { 200: { description: 'It is changed; its tasks follow', content: json(ServiceDetail) } },
      refuses: [...SWARM_REFUSES, 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, labId: params.lab, method: 'PATCH', path: context.req.path, body, key };
      return context.json(await changeService(deps, write, params.service, body));
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: '/v1/labs/{lab}/services/{service}',
      id: 'removeService',
      tag: 'Services',
      summary: 'Remove a service; its tasks end a little later, its volumes stay',
      access: EVERYBODY,
      params: ServicePath,
      repeatable: true,
      answers: { 204: { description: 'It is removed' } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, key, context }) => {
      const write = { caller, labId: params.lab, method: 'DELETE', path: context.req.path, key };
      await removeService(deps, write, params.service);
      return context.body(null, 204);
    },
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/services/{service}/rollback',
      id: 'rollbackService',
      tag: 'Services',
      summary: 'Back to what it was before its last update',
      access: EVERYBODY,
      params: ServicePath,
      repeatable: true,
      answers: { 200: { description: 'It goes back; its tasks follow', content: json(ServiceDetail) } },
      refuses: [...SWARM_REFUSES, 'version_conflict'],
    },
    async ({ caller, params, key, context }) => {
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, key };
      return context.json(await rollbackService(deps, write, params.service));
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/services/{service}/tasks',
      id: 'listServiceTasks',
      tag: 'Services',
      summary: 'Its tasks, those of before too, as docker service ps lists them',
      access: EVERYBODY,
      params: ServicePath,
      query: paging,
      answers: {
        200: { description: 'By slot, what is wanted before what was', content: json(pageOf(TaskView)) },
      },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) =>
      context.json(await listServiceTasks(deps, caller, params.lab, params.service, query)),
  );
}
