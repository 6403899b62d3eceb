import type { Form } from '../wire/form.ts';
import { Ec2Refusal } from '../wire/refusal.ts';
import type { SpotOptions } from './instance.ts';

export type SpotWish = Omit<SpotOptions, 'requestId' | 'tags'>;

/** `InstanceMarketOptions`; undefined is on demand. */
export function readMarket(form: Form): SpotWish | undefined {
  const market = form.part('InstanceMarketOptions');
  if (market?.oneOf('MarketType', ['spot']) === undefined) return undefined;
  const options = market.part('SpotOptions');
  const kind = options?.oneOf('SpotInstanceType', ['one-time', 'persistent']) ?? 'one-time';
  const onInterruption =
    options?.oneOf('InstanceInterruptionBehavior', ['terminate', 'stop', 'hibernate']) ?? 'terminate';
  if (kind === 'one-time' && onInterruption !== 'terminate') {
    throw new Ec2Refusal(
      'InvalidParameterCombination',
      `A one-time Spot request cannot have the interruption behavior '${onInterruption}'`,
    );
  }
  return { kind, onInterruption, maxPrice: options?.text('MaxPrice') };
}
