import { engineContract } from '../contract/engine-contract.ts';
import { shellSpeaker } from '../contract/engine-ground.ts';
import { execIn, startPlainEngines } from '../support/plain-engines.ts';

engineContract('real Docker Engines', async () => {
  const started = await startPlainEngines(`slipway-contract-${process.pid}`, 3);
  return {
    image: 'nginx',
    missingImage: 'nobody/has-this:1',
    unknownImage: 'registry.invalid/has-this:1',
    speaker: shellSpeaker('nginx'),
    execIn: (service) => execIn(started, service),
    pauseSeconds: 5,
    ...started,
  };
});
