export type Architecture = 'x86_64' | 'arm64';

export interface Image {
  readonly id: string;
  readonly sequence: number;
  readonly tags: Map<string, string>;
  readonly name: string;
  readonly architecture: Architecture;
  readonly ownerId: string;
  readonly ownerAlias: string | undefined;
  readonly rootDevice: string;
  readonly rootGb: number;
  /** Hop limit of the metadata service where a launch names none. */
  readonly hopLimit: number;
  readonly tokens: 'optional' | 'required';
}

export interface ImageOption {
  id: string;
  name: string;
  architecture: Architecture;
  /** Default `/dev/xvda`. */
  rootDevice?: string;
  /** Default 8. */
  rootGb?: number;
  tags?: Record<string, string>;
}

const CANONICAL = '099720109477';
const AMAZON = '137112412989';

const AMAZON_LINUX = { rootDevice: '/dev/xvda', rootGb: 8, hopLimit: 2, tokens: 'required' } as const;
const UBUNTU = { rootDevice: '/dev/sda1', rootGb: 8, hopLimit: 1, tokens: 'optional' } as const;

/** The public images of aws-facts.md, with the SSM parameters that name them. */
const PUBLIC: { parameter: string; image: Omit<Image, 'sequence' | 'tags'> }[] = (
  ['x86_64', 'arm64'] as const
).flatMap((architecture, index) => [
  {
    parameter: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`,
    image: {
      ...AMAZON_LINUX,
      id: `ami-0a1200000000000${index}1`,
      name: `al2023-ami-2023.9.20261101.0-kernel-6.12-${architecture}`,
      architecture,
      ownerId: AMAZON,
      ownerAlias: 'amazon',
    },
  },
  {
    parameter: `/aws/service/canonical/ubuntu/server/24.04/stable/current/${architecture === 'arm64' ? 'arm64' : 'amd64'}/hvm/ebs-gp3/ami-id`,
    image: {
      ...UBUNTU,
      id: `ami-0b2404000000000${index}1`,
      name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture === 'arm64' ? 'arm64' : 'amd64'}-server-20261101`,
      architecture,
      ownerId: CANONICAL,
      ownerAlias: undefined,
    },
  },
]);

export function makeImages(options: ImageOption[], accountId: string): Image[] {
  const own = options.map(({ tags = {}, ...option }) => ({
    ...AMAZON_LINUX,
    ownerId: accountId,
    ownerAlias: undefined,
    ...option,
    tags: new Map(Object.entries(tags)),
  }));
  const known = PUBLIC.map(({ image }) => ({ ...image, tags: new Map<string, string>() }));
  return [...known, ...own].map((image, index) => ({ ...image, sequence: index + 1 }));
}

/** SSM's public parameters for them: name -> image id. */
export function imageParameters(): [string, string][] {
  return PUBLIC.map(({ parameter, image }) => [parameter, image.id]);
}
