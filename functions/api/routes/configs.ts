import { z } from 'zod';
import { ConfigDetail } from '../../../shared/service/swarm/file-view.ts';
import { getConfig } from '../../../shared/service/swarm/files.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { addFileRoutes } from './files.ts';
import { EVERYBODY, json, LabPath, SWARM_REFUSES } from './parameters.ts';

export function addConfigRoutes(api: Api): void {
  addFileRoutes(api, 'config');
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/configs/{config}',
      id: 'getConfig',
      tag: 'Secrets and configs',
      summary: 'A config with what is in it',
      access: EVERYBODY,
      params: LabPath.extend({ config: z.string().describe('The config’s name or id') }),
      answers: { 200: { description: 'As it is now', content: json(ConfigDetail) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) =>
      context.json(await getConfig(api.deps, caller, params.lab, params.config)),
  );
}
