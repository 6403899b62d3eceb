import { engineContract } from '../contract/engine-contract.ts';
import { startPlainEngines } from '../support/plain-engines.ts';

engineContract('real Docker Engines', async () => ({
  image: 'nginx',
  ...(await startPlainEngines(`slipway-contract-${process.pid}`, 3)),
}));
