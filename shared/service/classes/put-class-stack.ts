import { createHmac } from 'node:crypto';
import { SlipwayError } from '../../core/errors.ts';
import { nodesOf } from '../../lab/lab.ts';
import { readCompose } from '../../stack/compose/read-compose.ts';
import { type SigningDeps, signingKeys } from '../signing-key.ts';
import { type PutStackDeps, putStack } from '../stacks/put-stack.ts';
import { type StackRequest, sourceOf } from '../stacks/stack-request.ts';
import { type ActDeps, actOnClass, type ClassAsk, isCarriedOut, labWrite } from './act-on-class.ts';
import type { Outcomes } from './act-on-each.ts';
import { madeLab } from './present-lab.ts';

/**
 * Deploys or updates a stack in all labs of a class, each after its own pre-flight.
 * @throws SlipwayError `invalid_input` for the file, before anything is done.
 */
export async function putClassStack(
  deps: ActDeps & PutStackDeps & SigningDeps,
  ask: ClassAsk,
  stack: { name: string; request: StackRequest; prune: boolean },
): Promise<Outcomes> {
  readCompose(sourceOf(deps.catalogue, stack.request));
  const body = ask.key === undefined ? undefined : await digestOf(deps, [stack, ask.students]);
  return await actOnClass(deps, { ...ask, body }, async (context, student) => {
    const lab = await madeLab(deps, student);
    if (lab === undefined) {
      throw new SlipwayError('conflict', `${student.email} has no lab now; ask again once there is one`);
    }
    if (lab.spec.swarm === 'none' && nodesOf(lab.status).length === 0) {
      throw new SlipwayError(
        'conflict',
        `${lab.name} of ${student.email} has no swarm; ask again once they have formed one (docker swarm init)`,
      );
    }
    if (isCarriedOut(context, lab)) return { result: 'already', lab: lab.id };
    const { body: _ofTheClass, ...write } = labWrite(context, lab.id);
    await putStack(deps, write, stack);
    return { result: 'done', lab: lab.id };
  });
}

/** The request may hold secrets: who reads its digest where it is stored cannot try guesses against it. */
async function digestOf(deps: SigningDeps, request: unknown): Promise<string> {
  const { current } = await signingKeys(deps);
  return createHmac('sha256', current.secret)
    .update('class stack request\n')
    .update(JSON.stringify(request))
    .digest('hex');
}
