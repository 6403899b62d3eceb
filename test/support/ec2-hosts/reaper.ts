import { spawn } from 'node:child_process';
import { DEPLOYMENT_LABEL } from '../../../shared/adapters/docker/labels.ts';
import { ground } from '../ground.ts';

/** Removes by label what a deployment has; `docker` alone is not told of cgroups that hosts left on cgroup v1. */
const SCRIPT = `
cat >/dev/null
trap '' HUP INT TERM
hosts=$(docker ps -aq --filter "$LABEL"); [ -z "$hosts" ] || docker rm -fv $hosts
networks=$(docker network ls -q --filter "$LABEL"); [ -z "$networks" ] || docker network rm $networks
find /sys/fs/cgroup -depth -type d -path "*/slipway/$DEPLOYMENT*" -exec rmdir {} +
`;

/**
 * A process that waits for the end of this one, however it comes, and then removes what is left of the deployment.
 * @returns what ends it while there is nothing left to remove.
 */
export function startReaper(deployment: string): () => void {
  const reaper = spawn('sh', ['-c', SCRIPT], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {
      PATH: process.env.PATH,
      DOCKER_HOST: ground().dockerHost,
      LABEL: `label=${DEPLOYMENT_LABEL}=${deployment}`,
      DEPLOYMENT: deployment,
    },
  });
  reaper.unref();
  return () => void reaper.kill('SIGKILL');
}
