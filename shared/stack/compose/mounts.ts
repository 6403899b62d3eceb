import { z } from 'zod';
import { byKind, refuse } from './by-kind.ts';
import { Whole } from './numbers.ts';
import { section } from './section.ts';
import { PROPAGATIONS, readShortMount } from './short-mount.ts';
import { Flag, oneOf, Text } from './texts.ts';

/** One mount of a service, short form or long, as the file has it. */
export interface ServiceMount {
  type: 'volume' | 'bind' | 'tmpfs' | 'npipe';
  source?: string | undefined;
  target?: string | undefined;
  read_only?: boolean | undefined;
  consistency?: string | undefined;
  bind?: { propagation?: string | undefined } | undefined;
  volume?: { nocopy?: boolean | undefined; subpath?: string | null | undefined } | undefined;
  tmpfs?: { size?: number | undefined } | undefined;
}

const ShortMount = z.string().transform((text, context): ServiceMount => {
  try {
    return readShortMount(text);
  } catch (error) {
    refuse(context, [], `"${text}" ${(error as Error).message}`);
    return z.NEVER;
  }
});

const TYPES: string[] = ['volume', 'bind', 'tmpfs', 'npipe'] satisfies ServiceMount['type'][];

const MountType = byKind({
  text: z.string().transform((text, context): ServiceMount['type'] => {
    if (TYPES.includes(text)) return text as ServiceMount['type'];
    const why = text === 'cluster' ? ', which needs a storage driver that no lab has' : '';
    refuse(context, [], `must be volume, bind or tmpfs, not "${text}"${why}`);
    return z.NEVER;
  }),
});

/** Newer than the Engine API that labs speak: read and left out, as by the CLI there. */
const Subpath = byKind({ text: z.string(), nothing: z.null() });

const LongMount = section({
  type: MountType,
  source: Text.optional(),
  target: Text.optional(),
  read_only: Flag.optional(),
  consistency: Text.optional(),
  bind: section({ propagation: oneOf(...PROPAGATIONS, '').optional() }, { open: true }).optional(),
  volume: section({ nocopy: Flag.optional(), subpath: Subpath.optional() }, { open: true }).optional(),
  tmpfs: section({ size: Whole.optional() }, { open: true }).optional(),
});

/** Checks what a mount's type asks of it, in the CLI's own sense. */
const Mount = byKind({ text: ShortMount, mapping: LongMount }).transform((mount, context): ServiceMount => {
  for (const problem of problemsOf(mount)) refuse(context, [], problem);
  return mount;
});

function problemsOf(mount: ServiceMount): string[] {
  const { type, source = '' } = mount;
  // A pipe has a bind's options.
  const own = type === 'npipe' ? 'bind' : type;
  const foreign = (['volume', 'bind', 'tmpfs'] as const).filter(
    (options) => options !== own && mount[options] !== undefined,
  );
  return [
    ...foreign.map((options) => `has options of a ${options}, and is a ${type}`),
    ...(own === 'bind' && source === '' ? [`a ${type} needs a source: a path on the node`] : []),
    ...(type === 'tmpfs' && source !== '' ? ['a tmpfs has no source'] : []),
  ];
}

export const Mounts = byKind({ list: z.array(Mount) });
