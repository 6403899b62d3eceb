import type { ServiceMount } from './mounts.ts';

/** How mounts below a bind reach the other side. */
export const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'] as const;

/**
 * A mount's short form. As the CLI has it, one letter before a colon is a Windows drive, wherever the file is read.
 * @throws Error that tells why it is no mount.
 */
export function readShortMount(text: string): ServiceMount {
  if (text === '') throw new Error('is empty; a mount is SOURCE:TARGET or SOURCE:TARGET:ro');
  if (text.length <= 2) return { type: 'volume', target: text };
  const [first = '', second, options, ...more] = splitAtColons(text);
  if (more.length > 0) throw new Error('has too many colons; a mount is SOURCE:TARGET or SOURCE:TARGET:ro');
  if ([first, second, options].includes('')) throw new Error('has nothing between two colons');
  if (second === undefined) return { type: 'volume', target: first };
  const mount: ServiceMount = { type: isPath(first) ? 'bind' : 'volume', source: first, target: second };
  // What is none of these the CLI passes over too.
  for (const option of options?.split(',') ?? []) {
    if (option === 'ro') mount.read_only = true;
    if (option === 'rw') mount.read_only = false;
    if (option === 'nocopy') mount.volume = { nocopy: true };
    if (PROPAGATIONS.some((propagation) => propagation === option)) mount.bind = { propagation: option };
  }
  return mount;
}

function splitAtColons(text: string): string[] {
  const parts = [''];
  for (const character of text) {
    const last = parts.length - 1;
    if (character === ':' && !/^\p{L}$/u.test(parts[last] ?? '')) parts.push('');
    else parts[last] += character;
  }
  return parts;
}

function isPath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith('\\\\') || /^\p{L}:/u.test(source);
}

const DRIVE_PATH = /^[a-zA-Z]:[\\/]/;
const SHARE_PATH = /^[\\/]{2}[^\\/.][^\\/]*[\\/][^\\/.][^\\/]*[\\/]/;

/** Is it a path from the root, on Linux or on Windows? Another the CLI takes for one beside the Compose file. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || DRIVE_PATH.test(path) || SHARE_PATH.test(path);
}
