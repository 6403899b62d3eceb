import { engineContract } from '../contract/engine-contract.ts';
import { shellSpeaker } from '../contract/engine-ground.ts';
import { startPlainEngines } from '../support/plain-engines.ts';

engineContract('real Docker Engines', async () => ({
  image: 'nginx',
  missingImage: 'nobody/has-this:1',
  unknownImage: 'registry.invalid/has-this:1',
  speaker: shellSpeaker('nginx'),
  ...(await startPlainEngines(`slipway-contract-${process.pid}`, 3)),
}));
