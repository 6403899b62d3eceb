import { ExecRequest, ExecResult, execOnMachine } from '../../../shared/service/swarm/exec.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, json, MachinePath } from './parameters.ts';

export function addExecRoutes(api: Api): void {
  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/machines/{machine}/exec',
      id: 'execOnMachine',
      tag: 'Machines',
      summary: 'Run a program on a machine, as root',
      description: 'For 20 s and 1 MiB of output at most; what it would do beyond them, ssh does.',
      access: EVERYBODY,
      params: MachinePath,
      body: ExecRequest,
      answers: { 200: { description: 'It ended, or was ended', content: json(ExecResult) } },
      refuses: ['not_found', 'conflict', 'engine_unreachable'],
    },
    async ({ caller, params, body, context }) => {
      const where = { labId: params.lab, machine: params.machine };
      return context.json(await execOnMachine(api.deps, caller, where, body));
    },
  );
}
