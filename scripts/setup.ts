import { prepareGround } from './ground.ts';
import { interruption } from './interruption.ts';

/**
 * `npm run setup`: prepares this machine for labs, says what there is, and stops what only it had started. With `--all` it
 * makes the images of every stack of the catalogue, not the first lab's only.
 */
const started = performance.now();
const interrupted = interruption();
try {
  const ground = await prepareGround({
    say: (line) => console.log(line),
    signal: interrupted,
    images: process.argv.includes('--all') ? 'all' : 'first',
  });
  const mirror = ground.mirrorPort === undefined ? 'none: Docker Hub answers' : `port ${ground.mirrorPort}`;
  console.log(`engine      ${ground.dockerHost}`);
  console.log(`host image  ${ground.hostImage}`);
  console.log(`mirror      ${mirror}`);
  console.log(`ready in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  await ground.close();
} catch (error) {
  console.error(`setup: ${(error as Error).message}`);
  process.exitCode = 1;
}
