import type { Account } from './account.ts';
import type { Tagged } from './tagged-store.ts';

/**
 * What is left of those with all these tags: instances not terminated, volumes, interfaces, security groups, as
 * `instance i-… running`. A volume or interface without tags of its own counts as its instance's.
 */
export function leftovers(account: Account, tags: Record<string, string>): string[] {
  const wanted = Object.entries(tags);
  const isOurs = (item: Tagged) => wanted.every(([key, value]) => item.tags.get(key) === value);
  return [
    ...[...account.instances.all()]
      .filter((instance) => instance.state !== 'terminated' && isOurs(instance))
      .map(({ id, state }) => `instance ${id} ${state}`),
    ...[...account.volumes.all()]
      .filter((volume) => isOurs(volume) || isOurs(volume.instance))
      .map(({ id, sizeGb }) => `volume ${id} of ${sizeGb} GB`),
    ...[...account.interfaces.all()]
      .filter((one) => isOurs(one) || isOurs(one.instance))
      .map(({ id }) => `interface ${id}`),
    ...[...account.groups.all()].filter(isOurs).map(({ id, name }) => `group ${id} ${name}`),
  ];
}
