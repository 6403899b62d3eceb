import { z } from 'zod';
import { type Lab, nodesOf } from '../../../shared/lab/lab.ts';
import { configText } from '../../../shared/machine/config-text.ts';
import { envText } from '../../../shared/machine/env-text.ts';
import { inspectMachine, inspectText } from '../../../shared/machine/inspect.ts';
import { runningAddress, runningUrl } from '../../../shared/machine/machine-url.ts';
import { SHELLS } from '../../../shared/machine/shell.ts';
import { findLab } from '../../../shared/service/find-lab.ts';
import { findMachine } from '../../../shared/service/find-machine.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { EVERYBODY, MachinePath } from './parameters.ts';

const certPath = z
  .string()
  .optional()
  .describe(
    'Folder of ca.pem, cert.pem and key.pem on your side; by default $HOME/.slipway/labs/<lab>/machines/<machine>',
  );

/** docker-machine's own texts of one machine, character for character. */
export function addMachineTextRoutes(api: Api): void {
  addText(api, 'ip', 'Its address', z.strictObject({}), ({ status }) => `${runningAddress(status)}\n`);
  addText(
    api,
    'url',
    'Where its Docker Engine answers',
    z.strictObject({}),
    ({ status }) => `${runningUrl(status)}\n`,
  );
  addText(api, 'status', 'Running, Stopped, …', z.strictObject({}), ({ status }) => `${status.state}\n`);
  addText(
    api,
    'config',
    'Docker’s flags: docker $(… config m1) ps',
    z.strictObject({ certPath }),
    ({ lab, status }, query) =>
      configText(runningUrl(status), query.certPath ?? defaultCertPath(lab, status.name)),
  );
  addText(
    api,
    'env',
    'Points docker at the machine: eval "$(… env m1)"',
    z.strictObject({ shell: z.enum(SHELLS).default('bash').describe('zsh and sh read bash’s'), certPath }),
    ({ lab, status }, query) =>
      envText({
        shell: query.shell,
        url: runningUrl(status),
        certPath: query.certPath ?? defaultCertPath(lab, status.name),
        machine: status.name,
      }),
  );

  const { deps } = api;
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/machines/{machine}',
      id: 'inspectMachine',
      tag: 'Machines',
      summary: 'docker-machine’s inspect',
      access: EVERYBODY,
      params: MachinePath,
      query: z.strictObject({ certPath }),
      answers: {
        200: {
          description: 'In docker-machine’s own names',
          content: { 'application/json': z.looseObject({}) },
        },
      },
      refuses: ['not_found'],
    },
    async ({ caller, params, query, context }) => {
      const { lab } = await findLab(deps, caller, params.lab);
      const { status } = findMachine(lab, params.machine);
      const node = nodesOf(lab.status).find(({ hostname }) => hostname === status.name);
      const folder = query.certPath ?? defaultCertPath(lab, status.name);
      const inspection = inspectMachine(status, {
        driver: deps.driver.name,
        role: node?.role ?? 'none',
        paths: { certPath: folder, sshKeyPath: `${folder}/id_ecdsa` },
      });
      return context.body(inspectText(inspection), 200, { 'Content-Type': 'application/json' });
    },
  );
}

type Found = ReturnType<typeof findMachine> & { lab: Lab };

function addText<Query extends z.ZodType>(
  api: Api,
  name: string,
  summary: string,
  query: Query,
  text: (found: Found, query: z.output<Query>) => string,
): void {
  operate(
    api,
    {
      method: 'get',
      path: `/v1/labs/{lab}/machines/{machine}/${name}`,
      id: `machine${name.charAt(0).toUpperCase()}${name.slice(1)}`,
      tag: 'Machines',
      summary,
      access: EVERYBODY,
      params: MachinePath,
      query,
      answers: { 200: { description: 'As docker-machine prints it', content: { 'text/plain': z.string() } } },
      refuses: name === 'status' ? ['not_found'] : ['not_found', 'conflict'],
    },
    async (input) => {
      const { lab } = await findLab(api.deps, input.caller, input.params.lab);
      return input.context.text(text({ ...findMachine(lab, input.params.machine), lab }, input.query));
    },
  );
}

function defaultCertPath(lab: Lab, machine: string): string {
  return `$HOME/.slipway/labs/${lab.id}/machines/${machine}`;
}
