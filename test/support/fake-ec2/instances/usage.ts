import type { FakeInstance, Market } from './instance.ts';

/** What pending and running instances take, counted as they come and go. */
export class Usage {
  readonly vcpus: Record<Market, number> = { 'on-demand': 0, spot: 0 };
  machines = 0;
  readonly #places = new Map<string, number>();

  add(instance: FakeInstance): void {
    this.#count(instance, 1);
  }

  remove(instance: FakeInstance): void {
    this.#count(instance, -1);
  }

  inPlace(zone: string, type: string, market: Market): number {
    return this.#places.get(placeKey(zone, type, market)) ?? 0;
  }

  #count(instance: FakeInstance, sign: 1 | -1): void {
    const { market, type, subnet } = instance;
    this.vcpus[market] += sign * type.vcpus;
    this.machines += sign;
    const place = placeKey(subnet.zone, type.name, market);
    this.#places.set(place, (this.#places.get(place) ?? 0) + sign);
  }
}

function placeKey(zone: string, type: string, market: Market): string {
  return `${zone} ${type} ${market}`;
}
