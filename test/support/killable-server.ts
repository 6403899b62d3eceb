import { createLocal } from '../../local/local-deps.ts';
import { serve } from '../../local/server.ts';
import { readLocalConfig } from '../../shared/core/local-config.ts';
import { groundGiven } from './ground.ts';
import { type KillPoint, killAt } from './kill-points.ts';

/** A composition root for tests: the server as it is, or one that dies by SIGKILL at the call named as its argument. */
const ground = groundGiven();
if (ground === undefined) throw new Error('SLIPWAY_GROUND must hold the ground');
const local = await createLocal(readLocalConfig(), ground);
const point = process.argv[2] as KillPoint | undefined;
await serve(point === undefined ? local : { ...local, deps: killAt(local.deps, point) });
