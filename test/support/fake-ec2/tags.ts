import type { Tags } from './tagged-store.ts';
import type { Form } from './wire/form.ts';
import { Ec2Refusal } from './wire/refusal.ts';
import type { Xml } from './wire/xml.ts';

const MOST_TAGS = 50;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** `Tag.N.Key` and `Tag.N.Value`. */
export function readTags(form: Form): Tags {
  const tags: Tags = new Map();
  for (const part of form.parts('Tag')) {
    const key = part.required('Key');
    const value = part.text('Value') ?? '';
    if (key.startsWith('aws:')) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    }
    if (key.length > LONGEST_KEY) {
      throw new Ec2Refusal('InvalidParameterValue', 'Tag key exceeds the maximum length of 128 characters');
    }
    if (value.length > LONGEST_VALUE) {
      throw new Ec2Refusal('InvalidParameterValue', 'Tag value exceeds the maximum length of 256 characters');
    }
    if (tags.has(key)) throw new Ec2Refusal('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    tags.set(key, value);
  }
  if (tags.size > MOST_TAGS) throw tooManyTags();
  return tags;
}

/** `TagSpecification.N` by resource type; only these types may be tagged by the action. */
export function readTagSpecifications<const Type extends string>(
  form: Form,
  types: readonly Type[],
): Partial<Record<Type, Tags>> {
  const found: Partial<Record<Type, Tags>> = {};
  for (const part of form.parts('TagSpecification')) {
    const type = part.required('ResourceType');
    const known = types.find((one) => one === type);
    if (known === undefined) {
      throw new Ec2Refusal('InvalidParameterValue', `'${type}' is not a valid taggable resource type here.`);
    }
    if (found[known] !== undefined) {
      throw new Ec2Refusal(
        'InvalidParameterValue',
        `Duplicate resource type '${type}' in tag specifications`,
      );
    }
    found[known] = readTags(part);
  }
  return found;
}

export function requireRoomForTags(present: Tags, added: Tags): void {
  if (new Set([...present.keys(), ...added.keys()]).size > MOST_TAGS) throw tooManyTags();
}

export function tagSet(tags: Tags): Xml {
  return tags.size === 0 ? undefined : [...tags].map(([key, value]) => ({ key, value }));
}

function tooManyTags(): Ec2Refusal {
  return new Ec2Refusal('TagLimitExceeded', `The maximum number of Tags for a resource has been reached.`);
}
