import { type EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import type { SlipwayError } from '../../../core/errors.ts';
import { ec2Error } from './ec2-errors.ts';

const NOT_THERE = 'InvalidInstanceID.NotFound';

/**
 * Ends instances, in one call. One bad id in it ends none: then each is ended by itself, those that are gone already
 * are done, and only after all is told what the first that could not be ended said.
 * @param onEnding hears of each that EC2 ends, whatever becomes of the others.
 */
export async function terminateInstances(
  ec2: EC2Client,
  ids: string[],
  onEnding: (ids: string[]) => Promise<void>,
): Promise<void> {
  if (ids.length === 0) return;
  const error = await terminate(ec2, ids);
  if (error === undefined) return await onEnding(ids);
  const isOfOne = error.facts.reason === 'refused' || error.facts.code === NOT_THERE;
  // Else nothing is wrong with the ids, and each alone would hear the same.
  if (!isOfOne || ids.length === 1) throw error;
  const errors: SlipwayError[] = [];
  const ending: string[] = [];
  for (const id of ids) {
    const one = await terminate(ec2, [id]);
    if (one === undefined) ending.push(id);
    else errors.push(one);
  }
  if (ending.length > 0) await onEnding(ending);
  if (errors[0] !== undefined) throw errors[0];
}

/** @returns what EC2 refused, unless it is that they are not there. */
async function terminate(ec2: EC2Client, ids: string[]): Promise<SlipwayError | undefined> {
  try {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: ids }));
    return undefined;
  } catch (error) {
    const told = ec2Error(`termination of ${ids.join(', ')}`, error);
    return ids.length === 1 && told.facts.code === NOT_THERE ? undefined : told;
  }
}
