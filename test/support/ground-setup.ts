import { prepareGround } from '../../scripts/ground.ts';
import { groundGiven } from './ground.ts';

/**
 * Before real-engine tests: the ground that is given, or one prepared here and given back at the end. Workers are
 * forked afterwards and inherit the setting.
 */
export default async function setUpGround(): Promise<(() => Promise<void>) | undefined> {
  if (groundGiven() !== undefined) return undefined;
  const { close, ...ground } = await prepareGround({ say: (line) => process.stderr.write(`${line}\n`) });
  process.env.SLIPWAY_GROUND = JSON.stringify(ground);
  return async () => {
    delete process.env.SLIPWAY_GROUND;
    await close();
  };
}
