import { DescribeImagesCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { driverRefusal, ec2Error } from './ec2-errors.ts';
import type { Architecture } from './instance-type.ts';

export interface ImageDisk {
  /** `/dev/xvda`, `/dev/sda1` …: a disk of any other name would be a second one. */
  device: string;
  /** What the image needs at least. */
  leastGb: number;
}

/** Asks once for each image: an image never changes. */
export class ImageDisks {
  readonly #ec2: EC2Client;
  readonly #known = new Map<string, ImageDisk>();

  constructor(ec2: EC2Client) {
    this.#ec2 = ec2;
  }

  /** @throws SlipwayError `driver_failed`, refused, for an image that is not there or is of another architecture. */
  async of(imageId: string, architecture: Architecture): Promise<ImageDisk> {
    const known = this.#known.get(imageId);
    if (known !== undefined) return known;
    const what = `image ${imageId}`;
    const { Images } = await this.#ec2
      .send(new DescribeImagesCommand({ ImageIds: [imageId] }))
      .catch((error: unknown) => {
        throw ec2Error(what, error);
      });
    const image = Images?.[0];
    const device = image?.RootDeviceName;
    if (image === undefined || device === undefined) throw driverRefusal('refused', `${what} is not there`);
    if (image.Architecture !== architecture) {
      throw driverRefusal(
        'refused',
        `${what} is for ${image.Architecture}, the instance type is ${architecture}`,
      );
    }
    const root = image.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === device);
    const disk = { device, leastGb: root?.Ebs?.VolumeSize ?? 0 };
    this.#known.set(imageId, disk);
    return disk;
  }
}
