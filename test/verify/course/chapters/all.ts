import type { Chapter } from '../step.ts';
import { containers } from './containers.ts';
import { images } from './images.ts';
import { machines } from './machines.ts';
import { networks } from './networks.ts';
import { secrets } from './secrets.ts';
import { shortCourses } from './short-courses.ts';
import { giropops, stacks } from './stacks.ts';
import { swarm } from './swarm.ts';
import { volumes } from './volumes.ts';

/** In the course's order. */
export const chapters: Chapter[] = [
  containers,
  volumes,
  images,
  networks,
  shortCourses,
  machines,
  swarm,
  secrets,
  stacks,
  giropops,
];
