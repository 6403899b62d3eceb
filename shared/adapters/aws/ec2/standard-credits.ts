import { type EC2Client, ModifyInstanceCreditSpecificationCommand } from '@aws-sdk/client-ec2';
import { driverRefusal, ec2Error } from './ec2-errors.ts';
import { isBurstable } from './instance-type.ts';
import { isLive, type LabInstance } from './instances.ts';

/** How long after its engine is up a machine keeps the credits of its launch; aws-facts.md, "RunInstances". */
export const UNLIMITED_SECONDS = 600;

/** Gone meanwhile: nothing is paid for it any more. */
const GONE = new Set(['InvalidInstanceID.NotFound', 'IncorrectInstanceState']);

/** From now on a machine that used up its credits is slow, instead of being paid for by the CPU hour. */
export async function useStandardCredits(
  ec2: EC2Client,
  instances: LabInstance[],
  paced: <T>(call: () => Promise<T>) => Promise<T>,
): Promise<void> {
  const burstable = instances.filter((instance) => isLive(instance) && isBurstable(instance.type));
  if (burstable.length === 0) return;
  const what = `CPU credits of ${burstable.map(({ name }) => name).join(', ')}`;
  const { UnsuccessfulInstanceCreditSpecifications } = await paced(() =>
    ec2.send(
      new ModifyInstanceCreditSpecificationCommand({
        InstanceCreditSpecifications: burstable.map(({ id }) => ({
          InstanceId: id,
          CpuCredits: 'standard',
        })),
      }),
    ),
  ).catch((error: unknown) => {
    throw ec2Error(what, error);
  });
  const refused = (UnsuccessfulInstanceCreditSpecifications ?? []).find(
    ({ Error: error }) => !GONE.has(error?.Code ?? ''),
  );
  if (refused !== undefined) {
    throw driverRefusal('busy', `${what}: ${refused.Error?.Message ?? 'EC2 gives no reason'}`, {
      code: refused.Error?.Code,
    });
  }
}
