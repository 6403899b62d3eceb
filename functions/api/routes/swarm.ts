import { z } from 'zod';
import { MachineName } from '../../../shared/lab/machine.ts';
import { planRecovery, RecoveryPlan, recoverSwarm } from '../../../shared/service/machines/recover-swarm.ts';
import { JoinTokens, readJoinTokens, rotateJoinTokens } from '../../../shared/service/nodes/join-tokens.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, flag, json, LabPath, SWARM_REFUSES } from './parameters.ts';

export function addSwarmRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/swarm/join-tokens',
      id: 'getJoinTokens',
      tag: 'Swarm',
      summary: 'What docker swarm join needs: the tokens, and where to join',
      description: 'Read from the swarm for this answer alone; they are kept nowhere.',
      access: EVERYBODY,
      params: LabPath,
      answers: { 200: { description: 'As they are now', content: json(JoinTokens) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) => context.json(await readJoinTokens(deps, caller, params.lab)),
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/swarm/join-tokens/rotate',
      id: 'rotateJoinTokens',
      tag: 'Swarm',
      summary: 'New join tokens; those given out before let nobody in any more',
      access: EVERYBODY,
      params: LabPath,
      query: z.strictObject({
        role: z.enum(['manager', 'worker']).optional().describe('Both if left out'),
      }),
      repeatable: true,
      answers: { 204: { description: 'Rotated; GET …/swarm/join-tokens tells the new ones' } },
      refuses: [...SWARM_REFUSES, 'version_conflict'],
    },
    async ({ caller, params, query, key, context }) => {
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, key };
      await rotateJoinTokens(deps, write, query.role);
      return context.body(null, 204);
    },
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/swarm/recover',
      id: 'recoverSwarm',
      tag: 'Swarm',
      summary: 'Go on with one manager where the majority is gone for good',
      description:
        'docker swarm init --force-new-cluster, and all that belongs to it; the answer says what is done, and to whom. `plan=true` answers without doing it. Refused while the swarm has its majority.',
      access: EVERYBODY,
      params: LabPath,
      query: z.strictObject({
        plan: flag.describe('Only tell what would be done'),
        manager: MachineName.optional().describe('Who goes on; the first manager that answers if left out'),
      }),
      repeatable: true,
      answers: {
        200: { description: 'What would be done', content: json(RecoveryPlan) },
        202: { description: 'It is being done; the events tell', content: json(RecoveryPlan) },
      },
      refuses: ['not_found', 'conflict', 'version_conflict'],
    },
    async ({ caller, params, query: { plan, manager }, key, context }) => {
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, key };
      const request = manager === undefined ? {} : { manager };
      if (plan) return context.json(await planRecovery(deps, write, request));
      const asked = await recoverSwarm(deps, write, request);
      context.header('Location', `/v1/labs/${params.lab}`);
      return context.json(asked, 202);
    },
  );
}
