import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Clock } from '../../../core/clock.ts';
import { driverRefusal, ec2Error } from './ec2-errors.ts';
import type { Architecture } from './instance-type.ts';

/** @returns the id of the image (`ami-…`) that machines of this architecture are made of. */
export type FindImage = (architecture: Architecture) => Promise<string>;

/** An image's id, or the name of an SSM parameter that holds one. */
export type ImageNames = Partial<Record<Architecture, string>>;

/** Their makers' public parameters, which always name the newest; aws-facts.md, "Images". */
export const AMAZON_LINUX_2023: Record<Architecture, string> = {
  x86_64: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  arm64: '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64',
};
export const UBUNTU_24_04: Record<Architecture, string> = {
  x86_64: '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
  arm64: '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
};

/** Images are published every few days, and their parameters are not to be asked for each lab. */
const GOOD_SECONDS = 3600;
const IMAGE_ID = /^ami-[0-9a-f]{8,}$/;

/** Finds images by id, or by SSM parameter, asked once an hour. */
export function findImages(options: { ssm: SSMClient; names: ImageNames; clock: Clock }): FindImage {
  const { ssm, names, clock } = options;
  const known = new Map<Architecture, { id: Promise<string>; at: number }>();
  return async (architecture) => {
    const name = names[architecture];
    if (name === undefined) {
      throw driverRefusal('refused', `no image is set for ${architecture}, which the instance type needs`);
    }
    if (IMAGE_ID.test(name)) return name;
    const found = known.get(architecture);
    if (found !== undefined && clock.now() - found.at < GOOD_SECONDS * 1000) return found.id;
    const id = askParameter(ssm, name);
    known.set(architecture, { id, at: clock.now() });
    // What could not be read is asked again.
    id.catch(() => known.delete(architecture));
    return id;
  };
}

async function askParameter(ssm: SSMClient, name: string): Promise<string> {
  const what = `image by the SSM parameter ${name}`;
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: name })).catch((error: unknown) => {
    throw ec2Error(what, error);
  });
  const id = Parameter?.Value ?? '';
  if (!IMAGE_ID.test(id)) throw driverRefusal('refused', `${what}: it holds no image's id`);
  return id;
}
