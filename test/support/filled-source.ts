import type { StackSource } from '../../shared/lab/stack-source.ts';
import { fillFile, fillText } from '../../shared/stack/fill-address.ts';

/**
 * A source for who knows nothing of that place: with the address wherever its Compose file or one of its text files says
 * `{{address}}`. What `fillAddress` does to a stack's objects is the same.
 */
export function filledSource(source: StackSource, address: string): StackSource {
  const files = Object.entries(source.files).map(([path, data]) => [path, fillFile(data, address)]);
  return {
    ...source,
    compose: fillText(source.compose, address),
    files: Object.fromEntries(files),
  };
}
