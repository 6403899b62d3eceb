import { z } from 'zod';
import { SlipwayError } from '../../../shared/core/errors.ts';
import { certificateTar, issueClientCertificate } from '../../../shared/service/certificates.ts';
import { findLab } from '../../../shared/service/find-lab.ts';
import { readSshKey } from '../../../shared/service/ssh-key.ts';
import { operate } from '../operate.ts';
import type { Api } from '../operation.ts';
import { prefers } from '../prefers.ts';
import { EVERYBODY, LabPath } from './parameters.ts';

const TAR = 'application/x-tar';

const Certificate = z.object({
  ca: z.string(),
  cert: z.string(),
  key: z.string().describe('Shown this once; nobody keeps it'),
  expiresAt: z.string(),
});

/** What opens a lab. Answers are never kept: a repeat makes a new certificate. */
export function addKeyRoutes(api: Api): void {
  const { deps } = api;
  operate(
    api,
    {
      method: 'post',
      path: '/v1/labs/{lab}/certificates',
      id: 'createCertificate',
      tag: 'Keys',
      summary: 'A client certificate for every Docker Engine of the lab',
      description: `Good until the lab’s hard maximum. \`Accept: ${TAR}\` gives ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH wants them.`,
      access: EVERYBODY,
      params: LabPath,
      answers: {
        200: {
          description: 'PEM, each; store the key where only you can read it',
          content: { 'application/json': Certificate, [TAR]: z.string() },
        },
      },
      refuses: ['not_found', 'conflict'],
    },
    async ({ caller, params, context }) => {
      const { lab } = await findLab(deps, caller, params.lab);
      const certificate = await issueClientCertificate(deps, lab, caller.subject);
      if (prefers(context, ['application/json', TAR]) !== TAR) return context.json(certificate);
      const archive = await certificateTar(certificate, deps.clock.now());
      return context.body(new Uint8Array(archive), 200, { 'Content-Type': TAR });
    },
  );

  operate(
    api,
    {
      method: 'get',
      path: '/v1/labs/{lab}/ssh-key',
      id: 'getSshKey',
      tag: 'Keys',
      summary: 'The private key for ssh and scp, for the lab’s owner and the instructor of its class',
      access: EVERYBODY,
      params: LabPath,
      answers: {
        200: { description: 'PEM', content: { 'application/json': z.object({ privateKey: z.string() }) } },
      },
      refuses: ['not_found', 'conflict'],
    },
    async ({ caller, params, context }) => {
      const { lab } = await findLab(deps, caller, params.lab);
      // An operator may see every lab, and is given this of none but their own.
      const isInstructor = caller.role === 'instructor' && lab.class?.instructor === caller.subject;
      if (lab.owner !== caller.subject && !isInstructor) {
        throw new SlipwayError(
          'forbidden',
          'a lab’s SSH key is given to its owner, and to the instructor of its class, alone',
        );
      }
      return context.json({ privateKey: await readSshKey(deps, lab) });
    },
  );
}
