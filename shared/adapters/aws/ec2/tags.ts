import type { Filter, ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';

/** Tags are the truth that `list` reads: everything the driver makes carries them from its creation. */
export const DEPLOYMENT_TAG = 'slipway:deployment';
export const LAB_TAG = 'slipway:lab';
export const ATTEMPT_TAG = 'slipway:attempt';
/** Which call of RunInstances made it. */
export const LAUNCH_TAG = 'slipway:launch';
/**
 * With a machine's launch index after it: its name. All machines of a launch carry the names of all, because one call
 * gives all the same tags; one tag each, because a value has 256 characters and 16 names may have a thousand.
 */
export const MACHINE_TAG = 'slipway:machine-';
/** EC2 does not tell when a security group was made. */
export const CREATED_TAG = 'slipway:created';

export type Tags = Readonly<Record<string, string>>;

export function labTags(deployment: string, labId: string): Tags {
  return { Name: labName(deployment, labId), [DEPLOYMENT_TAG]: deployment, [LAB_TAG]: labId };
}

/** What a lab's things are called in the console. */
export function labName(deployment: string, labId: string): string {
  return `slipway-${deployment}-${labId}`;
}

export function tagSpecification(type: ResourceType, tags: Tags): TagSpecification {
  return { ResourceType: type, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

export function readTags(tags: Tag[] | undefined): Partial<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** What belongs to a deployment, or to one lab of it. */
export function ownedBy(deployment: string, labId?: string): Filter[] {
  return [
    { Name: `tag:${DEPLOYMENT_TAG}`, Values: [literal(deployment)] },
    ...(labId === undefined ? [] : [{ Name: `tag:${LAB_TAG}`, Values: [literal(labId)] }]),
  ];
}

/** A filter's value may hold wildcards: here none is meant. */
export function literal(value: string): string {
  return value.replaceAll(/[\\*?]/g, '\\$&');
}
