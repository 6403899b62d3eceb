import { readCompose } from './compose/read-compose.ts';

/** Every image that a Compose file needs, each once, with its tag: to be pulled ahead. @throws SlipwayError `invalid_input` */
export function stackImages(compose: string): string[] {
  const images = Object.values(readCompose(compose).services).map(({ image }) => image.sent);
  return [...new Set(images)];
}
