import type { FindImage } from '../../shared/adapters/aws/ec2/find-image.ts';
import type { DynamoSettingsStore } from '../../shared/adapters/dynamo/dynamo-settings-store.ts';

const ARCHITECTURES = ['x86_64', 'arm64'] as const;

/**
 * Notes the ids of the images for those who cannot ask for them. One that cannot be found leaves what was known of it.
 * @throws what the first that could not be found was refused with, once the others are noted.
 */
export async function learnImages(
  settings: Pick<DynamoSettingsStore, 'load' | 'save'>,
  findImage: FindImage,
): Promise<void> {
  const found = await Promise.allSettled(ARCHITECTURES.map((architecture) => findImage(architecture)));
  const { images: before = {} } = await settings.load();
  const images = { ...before };
  for (const [index, architecture] of ARCHITECTURES.entries()) {
    const outcome = found[index];
    if (outcome?.status === 'fulfilled') images[architecture] = outcome.value;
  }
  if (JSON.stringify(images) !== JSON.stringify(before)) await settings.save({ images });
  for (const outcome of found) if (outcome.status === 'rejected') throw outcome.reason;
}
