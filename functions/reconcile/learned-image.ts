import { driverRefusal } from '../../shared/adapters/aws/ec2/ec2-errors.ts';
import type { FindImage } from '../../shared/adapters/aws/ec2/find-image.ts';
import type { DynamoSettingsStore } from '../../shared/adapters/dynamo/dynamo-settings-store.ts';

/** `tick` runs every minute. */
const AGAIN_SECONDS = 20;

/** Images as `tick` learned them: from inside the VPC there is no way to SSM. */
export function learnedImage(settings: Pick<DynamoSettingsStore, 'load'>): FindImage {
  return async (architecture) => {
    const { images } = await settings.load();
    const id = images?.[architecture];
    if (id !== undefined) return id;
    throw driverRefusal(
      'busy',
      `the image for ${architecture} is not known yet; tick learns it in a minute`,
      {
        afterSeconds: AGAIN_SECONDS,
      },
    );
  };
}
