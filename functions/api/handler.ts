import { ApiConfig } from '../../shared/core/api-config.ts';
import { readSettings } from '../../shared/core/config.ts';
import { createAwsDeps } from '../aws-deps.ts';
import { isHeartbeat } from '../heartbeat.ts';
import { issuerOf } from '../issuer.ts';
import { lateEngines } from '../late-parts.ts';
import { PACKED_CATALOGUE, readPackedCatalogue } from '../packed-catalogue.ts';
import { createApiHandler } from './create-handler.ts';

const config = readSettings(ApiConfig, process.env);
const deps = createAwsDeps(config, process.env);

export const handler = createApiHandler(
  {
    ...deps,
    ...issuerOf(config, deps),
    catalogue: readPackedCatalogue(new URL(PACKED_CATALOGUE, import.meta.url)),
    // It makes no machines and has no client that could.
    driver: { name: 'amazonec2', enforcesAllowFrom: true, mostAccessRules: 50 },
    engines: lateEngines(deps),
  },
  isHeartbeat,
);
