import { z } from 'zod';
import { labelNode, moveNode, NODE_VERBS, type NodeVerb } from '../../../shared/service/nodes/change-node.ts';
import { getNode, listNodes } from '../../../shared/service/nodes/list-nodes.ts';
import { NodeLabels } from '../../../shared/service/nodes/node-labels.ts';
import { NodeView } from '../../../shared/service/nodes/node-view.ts';
import { removeNode } from '../../../shared/service/nodes/remove-node.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, flag, json, LabPath, pageOf, paging, SWARM_REFUSES } from './parameters.ts';

const NodePath = LabPath.extend({ node: z.string().describe('The node’s host name or id') });

const SUMMARY: Record<NodeVerb, string> = {
  promote: 'Make a worker a manager',
  demote: 'Make a manager a worker',
  drain: 'Move its tasks to other nodes, and give it none',
  activate: 'Let it have tasks again',
  pause: 'Give it no new tasks; those that run stay',
};

export function addNodeRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/nodes',
      id: 'listNodes',
      tag: 'Swarm',
      summary: 'The swarm’s nodes, as docker node ls lists them',
      access: EVERYBODY,
      params: LabPath,
      query: paging,
      answers: { 200: { description: 'By host name', content: json(pageOf(NodeView)) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, context }) =>
      context.json(await listNodes(deps, caller, params.lab, query)),
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/nodes/{node}',
      id: 'getNode',
      tag: 'Swarm',
      summary: 'A node, as docker node inspect tells of it',
      access: EVERYBODY,
      params: NodePath,
      answers: { 200: { description: 'As it is now', content: json(NodeView) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) => context.json(await getNode(deps, caller, params.lab, params.node)),
  );

  for (const verb of NODE_VERBS) addVerb(api, verb);

  operate(
    api,
    {
      method: 'patch',
      path: '/v1/labs/{lab}/nodes/{node}',
      id: 'labelNode',
      tag: 'Swarm',
      summary: 'Set its labels, which placement constraints look at',
      description: 'A label of null is taken off; those that are not named stay.',
      access: EVERYBODY,
      params: NodePath,
      body: z.strictObject({ labels: NodeLabels }),
      repeatable: true,
      answers: { 200: { description: 'As it is now', content: json(NodeView) } },
      refuses: [...SWARM_REFUSES, 'version_conflict'],
    },
    async ({ caller, params, body, key, context }) => {
      const write = { caller, labId: params.lab, method: 'PATCH', path: context.req.path, body, key };
      return context.json(await labelNode(deps, write, params.node, body.labels));
    },
  );

  operate(
    api,
    {
      method: 'delete',
      path: '/v1/labs/{lab}/nodes/{node}',
      id: 'removeNode',
      tag: 'Swarm',
      summary: 'Let the swarm forget a worker that is down; its machine stays',
      access: EVERYBODY,
      params: NodePath,
      query: z.strictObject({ force: flag.describe('Also one that is up') }),
      repeatable: true,
      answers: { 204: { description: 'It is forgotten' } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, query, key, context }) => {
      const { lab: labId, node } = params;
      const write = { caller, labId, method: 'DELETE', path: context.req.path, body: query, key };
      await removeNode(deps, write, { node, force: query.force });
      return context.body(null, 204);
    },
  );
}

function addVerb(api: Api, verb: NodeVerb): void {
  const isGuarded = verb === 'demote';
  operate(
    api,
    {
      method: 'post',
      path: `/v1/labs/{lab}/nodes/{node}/${verb}`,
      id: `${verb}Node`,
      tag: 'Swarm',
      summary: SUMMARY[verb],
      ...(isGuarded
        ? { description: 'Refused where the swarm would lose its majority of managers, unless `force=true`.' }
        : {}),
      access: EVERYBODY,
      params: NodePath,
      query: z.strictObject({
        force: flag.describe(isGuarded ? 'Lose the majority all the same' : 'Changes nothing here'),
      }),
      repeatable: true,
      answers: { 200: { description: 'As it is asked to be; the swarm follows', content: json(NodeView) } },
      refuses: [...SWARM_REFUSES, 'version_conflict', ...(isGuarded ? (['quorum'] as const) : [])],
    },
    async ({ caller, params, query, key, context }) => {
      const { lab: labId, node } = params;
      const write = { caller, labId, method: 'POST', path: context.req.path, body: query, key };
      return context.json(await moveNode(api.deps, write, { node, verb, force: query.force }));
    },
  );
}
