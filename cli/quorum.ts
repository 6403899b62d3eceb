import { ApiError } from '../client/api-error.ts';
import { Failure } from './errors.ts';

/** What the API refuses for the swarm's majority, with the flag that does it all the same. */
export async function withForceNamed<Answer>(asked: Promise<Answer>): Promise<Answer> {
  return await asked.catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'quorum') {
      const named = error.message.replace('add ?force=true', 'add --force');
      throw new Failure(named === error.message ? `${named}; --force does it all the same` : named);
    }
    throw error;
  });
}
