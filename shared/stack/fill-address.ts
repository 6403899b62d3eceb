import type { SwarmFileSpec } from '../ports/engine.ts';
import type { StackObjects } from './convert/convert-stack.ts';

/** Where the catalogue's files leave a place for it. */
const PLACE = '{{address}}';

/**
 * The objects with the lab's own address wherever a text of theirs, or a text file in a secret or config, says
 * `{{address}}`. Files that are no text stay as they are. Put in here, and not into the Compose file, a stack of the
 * catalogue is read once for all labs.
 */
export function fillAddress(objects: StackObjects, address: string): StackObjects {
  const filled = fill(objects, address) as StackObjects;
  const files = (specs: SwarmFileSpec[]) =>
    specs.map((spec) => (spec.Data === undefined ? spec : { ...spec, Data: fillFile(spec.Data, address) }));
  return { ...filled, secrets: files(filled.secrets), configs: files(filled.configs) };
}

function fill(value: unknown, address: string): unknown {
  if (typeof value === 'string') return fillText(value, address);
  if (Array.isArray(value)) return value.map((part) => fill(part, address));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [fill(key, address), fill(part, address)]),
  );
}

export function fillText(text: string, address: string): string {
  return text.replaceAll(PLACE, () => address);
}

/** @param data base64 */
export function fillFile(data: string, address: string): string {
  const bytes = Buffer.from(data, 'base64');
  if (!bytes.includes(PLACE) || bytes.includes(0)) return data;
  const text = bytes.toString('utf8');
  // What is not UTF-8 would come out changed beyond the place.
  if (!Buffer.from(text, 'utf8').equals(bytes)) return data;
  return Buffer.from(fillText(text, address), 'utf8').toString('base64');
}
