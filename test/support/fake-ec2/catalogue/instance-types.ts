import type { Architecture } from './images.ts';

export interface InstanceType {
  readonly name: string;
  readonly sequence: number;
  readonly architecture: Architecture;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly burstable: boolean;
  /** What credits are where a launch says nothing: T3 and later are unlimited. */
  readonly credits: 'standard' | 'unlimited' | undefined;
}

type Sizes = Record<string, [vcpus: number, memoryGib: number]>;

const BURSTABLE: Sizes = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  '2xlarge': [8, 32],
};
const OLD_BURSTABLE: Sizes = { ...BURSTABLE, nano: [1, 0.5], micro: [1, 1], small: [1, 2] };
const GENERAL: Sizes = { large: [2, 8], xlarge: [4, 16], '2xlarge': [8, 32], '4xlarge': [16, 64] };
const COMPUTE: Sizes = { large: [2, 4], xlarge: [4, 8], '2xlarge': [8, 16], '4xlarge': [16, 32] };

const FAMILIES: [family: string, architecture: Architecture, sizes: Sizes][] = [
  ['t2', 'x86_64', OLD_BURSTABLE],
  ['t3', 'x86_64', BURSTABLE],
  ['t3a', 'x86_64', BURSTABLE],
  ['t4g', 'arm64', BURSTABLE],
  ['m5', 'x86_64', GENERAL],
  ['m6i', 'x86_64', GENERAL],
  ['m7g', 'arm64', { medium: [1, 4], ...GENERAL }],
  ['c6i', 'x86_64', COMPUTE],
  ['c7g', 'arm64', { medium: [1, 2], ...COMPUTE }],
];

export const INSTANCE_TYPES: ReadonlyMap<string, InstanceType> = new Map(
  FAMILIES.flatMap(([family, architecture, sizes], familyIndex) =>
    Object.entries(sizes).map(([size, [vcpus, memoryGib]], index): [string, InstanceType] => {
      const burstable = family.startsWith('t');
      const credits = family === 't2' ? 'standard' : 'unlimited';
      const name = `${family}.${size}`;
      return [
        name,
        {
          name,
          sequence: familyIndex * 100 + index + 1,
          architecture,
          vcpus,
          memoryMib: memoryGib * 1024,
          burstable,
          credits: burstable ? credits : undefined,
        },
      ];
    }),
  ),
);
