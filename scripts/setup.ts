import { prepareGround } from './ground.ts';

/**
 * `npm run setup`: prepares this machine for labs, says what there is, and stops what only it had started. With `--all` it
 * makes the images of every stack of the catalogue, not the first lab's only.
 */
const started = performance.now();
const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => interrupted.abort(new Error(`interrupted by ${name}`)));
try {
  const ground = await prepareGround({
    say: (line) => console.log(line),
    signal: interrupted.signal,
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
