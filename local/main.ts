import color from 'picocolors';
import { prepareGround, prepareImages } from '../scripts/ground.ts';
import { interruption } from '../scripts/interruption.ts';
import { messageOf } from '../shared/core/errors.ts';
import { readLocalConfig } from '../shared/core/local-config.ts';
import { createLocal } from './local-deps.ts';
import { serve } from './server.ts';

/** `npm start`: the API on this machine until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const config = readLocalConfig();
  const ending = interruption();
  const ground = await prepareGround({ say: (line) => console.log(line), signal: ending });
  try {
    const server = await serve(await createLocal(config, ground));
    console.log(color.green(`\nSlipway listens on ${server.url}`));
    if (config.SLIPWAY_ADVERTISE !== undefined) {
      console.log(`  from the classroom    http://${config.SLIPWAY_ADVERTISE}:${new URL(server.url).port}`);
    }
    console.log(`  what it can do        ${server.url}/docs`);
    console.log(`  the operator's token  ${server.operatorTokenFile}`);
    console.log(
      `  ask for a lab         curl -s ${server.url}/v1/labs -H "Authorization: Bearer $(cat ${server.operatorTokenFile})" -H 'Content-Type: application/json' -d '{"template":"swarm"}'`,
    );
    const images = prepareCatalogue(ending);
    if (!ending.aborted) {
      await new Promise((resolve) => ending.addEventListener('abort', resolve));
    }
    console.log(`${ending.reason}: stopping`);
    await images;
    await server.stop();
  } finally {
    await ground.close();
  }
}

/** The first lab needs few images; the rest is made meanwhile, where no registry gives them. */
async function prepareCatalogue(signal: AbortSignal): Promise<void> {
  try {
    await prepareImages({ say: (line) => console.log(line), signal });
  } catch (error) {
    if (!signal.aborted) console.error(color.yellow(`some stacks will lack images: ${messageOf(error)}`));
  }
}

try {
  await main();
} catch (error) {
  console.error(color.red(messageOf(error)));
  process.exitCode = 1;
}
