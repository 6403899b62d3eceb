import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { outerDocker } from '../docker-cli.ts';
import { CLOUD_INIT_UNITS, cloudInitFiles } from './cloud-init.ts';

/**
 * From a container's image that is a host already to one as EC2's image makers give it: a Debian that has Docker, not
 * running, its own user, cloud-init, and nothing of Slipway's.
 */
const recipe = (hostImage: string) => `FROM ${hostImage}
COPY rootfs/ /
RUN systemctl disable docker.service && systemctl enable ${CLOUD_INIT_UNITS.join(' ')} && useradd -m admin && rm -rf \\
  /usr/local/lib/slipway /etc/systemd/system/slipway-* /etc/systemd/system/docker.service.d \\
  /etc/systemd/system/ssh.service.d /etc/slipway/*.env /etc/docker/slipway /root/.ssh
`;

/** @returns the reference of the image, made from that of lab hosts where the engine has it not. */
export async function prepareMachineImage(hostImage: string): Promise<string> {
  const files = cloudInitFiles();
  const text = recipe(hostImage);
  const hash = createHash('sha256')
    .update(JSON.stringify([text, files]))
    .digest('hex');
  const reference = `slipway-ec2-image:${hash.slice(0, 12)}`;
  const known = await outerDocker('image', 'ls', '-q', reference);
  if (known !== '') return reference;
  const folder = await mkdtemp(join(tmpdir(), 'slipway-ec2-image-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), text);
    for (const { path, mode, content } of files) {
      await mkdir(dirname(join(folder, 'rootfs', path)), { recursive: true });
      await writeFile(join(folder, 'rootfs', path), content, { mode });
    }
    await outerDocker('build', '--quiet', '--force-rm', '--network', 'none', '--tag', reference, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return reference;
}
