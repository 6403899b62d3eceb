import type { ImageRecipe } from '../debian-image.ts';
import { firstImages } from './first.ts';
import { monitoringImages } from './monitoring.ts';
import { postgresImages } from './postgres.ts';
import { pythonImages } from './python.ts';
import { redisImages } from './redis.ts';
import { standIns } from './stand-ins.ts';
import { votingStandIns } from './voting.ts';

/**
 * The course's images as Debian's packages give them, for machines where no registry answers. Each behaves as the
 * original does for the course: same command, port, signals, paths. What Debian has not is stood in for, and says so. To
 * add one, add a recipe to a file here.
 */
export const courseImages: ImageRecipe[] = [
  ...firstImages,
  ...redisImages,
  ...postgresImages,
  ...monitoringImages,
  ...pythonImages,
  ...votingStandIns,
  ...standIns,
];
