export type Architecture = 'x86_64' | 'arm64';

/** vCPUs by size, as docs.aws.amazon.com/ec2/latest/instancetypes has them for all general, compute and memory types. */
const VCPUS: Record<string, number> = {
  nano: 2,
  micro: 2,
  small: 2,
  medium: 2,
  large: 2,
  xlarge: 4,
};

/** GiB by size of the T families, as the same page has them. */
const T_MEMORY_GIB: Record<string, number> = {
  nano: 0.5,
  micro: 1,
  small: 2,
  medium: 4,
  large: 8,
  xlarge: 16,
  '2xlarge': 32,
};
/** GiB for each vCPU, of generations since the fifth. */
const MEMORY_GIB_PER_VCPU: Record<string, number> = { c: 2, m: 4, r: 8 };

/** Graviton's letter comes after the generation: t4g, m7g, c6gn, im4gn. a1 is older than that rule. */
export function architectureOf(type: string): Architecture {
  return /^([a-z]+\d+g[a-z]*|a1)\./.test(type) ? 'arm64' : 'x86_64';
}

/** Has CPU credits: the T families. */
export function isBurstable(type: string): boolean {
  return /^t\d/.test(type);
}

/** vCPUs of one machine, told from its type's name, so that nobody must be asked; undefined for metal and the like. */
export function vcpusOf(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const times = /^(\d+)xlarge$/.exec(size)?.[1];
  if (times !== undefined) return 4 * Number(times);
  // t2's small ones, and the medium ones of families without credits, have one.
  if (family === 't2' && ['nano', 'micro', 'small'].includes(size)) return 1;
  if (size === 'medium' && !isBurstable(type)) return 1;
  return VCPUS[size];
}

/** Memory of one machine, told from its type's name; undefined where the name does not tell. */
export function memoryMiBOf(type: string): number | undefined {
  const [family = '', size = ''] = type.split('.');
  const [, letter = '', generation = ''] = /^([a-z]+)(\d+)/.exec(family) ?? [];
  const each = Number(generation) < 5 ? undefined : MEMORY_GIB_PER_VCPU[letter];
  const vcpus = vcpusOf(type);
  const byVcpus = each === undefined || vcpus === undefined ? undefined : each * vcpus;
  const gib = letter === 't' ? T_MEMORY_GIB[size] : byVcpus;
  return gib === undefined ? undefined : gib * 1024;
}
