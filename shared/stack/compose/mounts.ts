import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { section } from './section.ts';
import { Flag, Text, Whole } from './texts.ts';

/** One mount of a service, short form or long, as the file has it. */
export interface ServiceMount {
  type: 'volume' | 'bind' | 'tmpfs';
  source?: string | undefined;
  target?: string | undefined;
  read_only?: boolean | undefined;
  consistency?: string | undefined;
  bind?: { propagation?: string | undefined } | undefined;
  volume?: { nocopy?: boolean | undefined } | undefined;
  tmpfs?: { size?: number | undefined } | undefined;
}

const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'];

/** @throws Error that tells why it is no mount. */
export function readShortMount(text: string): ServiceMount {
  const [first = '', second, options, ...more] = text.split(':');
  if (more.length > 0) throw new Error('has too many colons; a mount is SOURCE:TARGET or SOURCE:TARGET:ro');
  if ([first, second, options].includes('')) throw new Error('has nothing between two colons');
  if (second === undefined) return { type: 'volume', target: first };
  const mount: ServiceMount = {
    type: /^[./~]/.test(first) ? 'bind' : 'volume',
    source: first,
    target: second,
  };
  // What is none of these the CLI passes over too.
  for (const option of options?.split(',') ?? []) {
    if (option === 'ro') mount.read_only = true;
    if (option === 'rw') mount.read_only = false;
    if (option === 'nocopy') mount.volume = { nocopy: true };
    if (PROPAGATIONS.includes(option)) mount.bind = { propagation: option };
  }
  return mount;
}

const ShortMount = z.string().transform((text, context): ServiceMount => {
  try {
    return readShortMount(text);
  } catch (error) {
    refuse(context, [], `"${text}" ${(error as Error).message}`);
    return z.NEVER;
  }
});

const MountType = byKind({
  text: z.string().transform((text, context): ServiceMount['type'] => {
    if (text === 'volume' || text === 'bind' || text === 'tmpfs') return text;
    refuse(context, [], `must be volume, bind or tmpfs, not "${text}"`);
    return z.NEVER;
  }),
});

const LongMount = section({
  type: MountType,
  source: Text.optional(),
  target: Text.optional(),
  read_only: Flag.optional(),
  consistency: Text.optional(),
  bind: section({ propagation: Text.optional() }, { open: true }).optional(),
  volume: section({ nocopy: Flag.optional() }, { open: true }).optional(),
  tmpfs: section({ size: Whole.optional() }, { open: true }).optional(),
});

/** Checks what a mount's type asks of it, in the CLI's own sense. */
const Mount = byKind({ text: ShortMount, mapping: LongMount }).transform((mount, context): ServiceMount => {
  for (const problem of problemsOf(mount)) refuse(context, [], problem);
  return mount;
});

function problemsOf(mount: ServiceMount): string[] {
  const { type, source } = mount;
  const foreign = (['volume', 'bind', 'tmpfs'] as const).filter(
    (options) => options !== type && mount[options] !== undefined,
  );
  return [
    ...foreign.map((options) => `has options of a ${options}, and is a ${type}`),
    ...(type === 'bind' ? bindProblems(source) : []),
    ...(type === 'tmpfs' && source !== undefined && source !== '' ? ['a tmpfs has no source'] : []),
  ];
}

function bindProblems(source = ''): string[] {
  if (source === '') return ['a bind needs a source: a path on the node'];
  if (source.startsWith('/')) return [];
  // Of the caller's disk nothing came along; what lies on the server's is never read.
  return [
    `"${source}" is a path on your own disk, which the nodes do not have: use an absolute path of the nodes, or a volume`,
  ];
}

export const Mounts = byKind({ list: z.array(Mount) });
