import { z } from 'zod';
import { composeOnly } from '../../../shared/lab/stack-source.ts';
import { findLab } from '../../../shared/service/find-lab.ts';
import { planStack, StackPlan } from '../../../shared/service/stacks/plan-stack.ts';
import { putStack } from '../../../shared/service/stacks/put-stack.ts';
import { removeStack } from '../../../shared/service/stacks/remove-stack.ts';
import {
  catalogueRequest,
  StackName,
  type StackRequest,
  sourceOf,
} from '../../../shared/service/stacks/stack-request.ts';
import {
  getStack,
  listStacks,
  StackDetail,
  StackSummary,
} from '../../../shared/service/stacks/view-stacks.ts';
import { operate } from '../operate.ts';
import type { Api, RawBody } from '../operation.ts';
import { readFileText } from '../read-body.ts';
import { readStackForm } from '../read-stack-form.ts';
import { EVERYBODY, flag, json, LabPath, pageOf, paging, SWARM_REFUSES } from './parameters.ts';

export const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml'];
export const FORM = 'multipart/form-data';
/** http-api.md: a stack's request. */
export const MOST_BYTES = 2 * 1024 * 1024;

const StackPath = LabPath.extend({ stack: z.string().describe('The stack’s name in the swarm') });

export function addStackRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/stacks',
      id: 'listStacks',
      tag: 'Stacks',
      summary: 'Stacks of a lab, those deployed by your own docker command too',
      access: EVERYBODY,
      params: LabPath,
      query: paging,
      answers: { 200: { description: 'By name', content: json(pageOf(StackSummary)) } },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) => {
      return context.json(await listStacks(deps, caller, params.lab, query));
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/stacks/{stack}',
      id: 'getStack',
      tag: 'Stacks',
      summary: 'A stack: its services, their tasks, and in words why one is not up',
      access: EVERYBODY,
      params: StackPath,
      answers: { 200: { description: 'As it is now', content: json(StackDetail) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) => {
      return context.json(await getStack(deps, caller, params.lab, params.stack));
    },
  );

  operate(
    api,
    {
      method: 'put',
      path: '/v1/labs/{lab}/stacks/{stack}',
      id: 'putStack',
      tag: 'Stacks',
      summary: 'Deploy a stack, or update it in place',
      description: [
        'Of the catalogue as JSON, or your own Compose file of version 3: as YAML, or as a form whose part `compose` is the',
        'file, `variables` holds lines NAME=value, and every other part is a file that it refers to, named by its path there.',
        'The pre-flight comes first; `plan=true` stops after it. Asked again, what has changed is put right.',
      ].join(' '),
      access: EVERYBODY,
      params: StackPath.extend({ stack: StackName }),
      query: z.strictObject({
        plan: flag.describe('Only tell what would come of it'),
        prune: flag.describe('Remove services that have gone from the file'),
      }),
      body: catalogueRequest(deps.catalogue),
      rawBody: { types: [...YAML, FORM], limitBytes: MOST_BYTES },
      repeatable: true,
      answers: {
        200: { description: 'The plan', content: json(StackPlan) },
        202: { description: 'It is being deployed', content: json(StackDetail.extend({ plan: StackPlan })) },
      },
      refuses: ['not_found', 'conflict', 'quota', 'version_conflict'],
    },
    async ({ caller, params, query, body, raw, key, context }) => {
      const { lab: labId, stack: name } = params;
      const request = raw === undefined ? body : await requestOf(raw);
      if (query.plan) {
        const { lab } = await findLab(deps, caller, labId);
        return context.json(await planStack(deps, lab, name, sourceOf(deps.catalogue, request)), 200);
      }
      const write = { caller, labId, method: 'PUT', path: context.req.path, key };
      const { plan } = await putStack(deps, write, { name, request, prune: query.prune });
      context.header('Location', `/v1/labs/${labId}/stacks/${name}`);
      return context.json({ ...(await getStack(deps, caller, labId, name)), plan }, 202);
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: '/v1/labs/{lab}/stacks/{stack}',
      id: 'removeStack',
      tag: 'Stacks',
      summary: 'Remove a stack: services, secrets, configs, networks; volumes stay, as with docker',
      access: EVERYBODY,
      params: StackPath,
      repeatable: true,
      answers: {
        202: {
          description: 'It goes, or is gone where another hand had deployed it',
          content: json(z.object({ name: z.string(), state: z.enum(['removing', 'removed']) })),
        },
      },
      refuses: ['not_found', 'conflict', 'version_conflict', 'engine_unreachable'],
    },
    async ({ caller, params, key, context }) => {
      const { lab: labId, stack } = params;
      const write = { caller, labId, method: 'DELETE', path: context.req.path, key };
      const { state } = await removeStack(deps, write, stack);
      context.header('Location', `/v1/labs/${labId}/stacks`);
      return context.json({ name: stack, state }, 202);
    },
  );
}

export async function requestOf(raw: RawBody): Promise<StackRequest> {
  if (raw.type === FORM) return { source: await readStackForm(raw) };
  return { source: composeOnly(readFileText(raw.bytes, 'the Compose file')) };
}
