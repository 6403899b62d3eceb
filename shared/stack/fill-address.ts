import type { StackSource } from '../lab/stack-source.ts';

/** Where the catalogue's files leave a place for it. */
const PLACE = '{{address}}';

/**
 * The source with the lab's own address wherever its Compose file or one of its text files says `{{address}}`. Files that
 * are no text stay as they are.
 */
export function fillAddress(source: StackSource, address: string): StackSource {
  const files = Object.entries(source.files).map(([path, data]) => [path, fillFile(data, address)]);
  return {
    ...source,
    compose: source.compose.replaceAll(PLACE, () => address),
    files: Object.fromEntries(files),
  };
}

function fillFile(data: string, address: string): string {
  const bytes = Buffer.from(data, 'base64');
  if (!bytes.includes(PLACE) || bytes.includes(0)) return data;
  const text = bytes.toString('utf8');
  // What is not UTF-8 would come out changed beyond the place.
  if (!Buffer.from(text, 'utf8').equals(bytes)) return data;
  return Buffer.from(
    text.replaceAll(PLACE, () => address),
    'utf8',
  ).toString('base64');
}
