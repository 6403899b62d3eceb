import { z } from 'zod';
import { dataOf, NewContent } from '../../../shared/service/swarm/file-request.ts';
import { FileView } from '../../../shared/service/swarm/file-view.ts';
import { getSecret } from '../../../shared/service/swarm/files.ts';
import { Rotation, rotateSecret } from '../../../shared/service/swarm/rotate-secret.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { addFileRoutes, BYTES, MOST_FILE_BODY_BYTES } from './files.ts';
import { EVERYBODY, json, LabPath, SWARM_REFUSES } from './parameters.ts';

const SecretPath = LabPath.extend({ secret: z.string().describe('The secret’s name or id') });

/** A secret's value goes in, and never comes out. */
export function addSecretRoutes(api: Api): void {
  const { deps } = api;
  addFileRoutes(api, 'secret');
  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/secrets/{secret}',
      id: 'getSecret',
      tag: 'Secrets and configs',
      summary: 'A secret, as docker secret inspect shows it: never its value',
      access: EVERYBODY,
      params: SecretPath,
      answers: { 200: { description: 'As it is now', content: json(FileView) } },
      refuses: SWARM_REFUSES,
    },
    async ({ caller, params, context }) =>
      context.json(await getSecret(deps, caller, params.lab, params.secret)),
  );

  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/secrets/{secret}/rotate',
      id: 'rotateSecret',
      tag: 'Secrets and configs',
      summary: 'Another value: a new secret takes its place in every service that uses it',
      description:
        'The services’ containers find it at the same path, with the same owner and mode. Asked again with the same value, what was cut short is completed.',
      access: EVERYBODY,
      params: SecretPath,
      body: NewContent,
      rawBody: { types: [BYTES], limitBytes: MOST_FILE_BODY_BYTES },
      repeatable: true,
      answers: { 200: { description: 'The services follow', content: json(Rotation) } },
      refuses: [...SWARM_REFUSES, 'version_conflict'],
    },
    async ({ caller, params, body, raw, key, context }) => {
      const data = raw === undefined ? dataOf(body) : raw.bytes.toString('base64');
      const write = { caller, labId: params.lab, method: 'POST', path: context.req.path, body: data, key };
      return context.json(await rotateSecret(deps, write, params.secret, data));
    },
  );
}
