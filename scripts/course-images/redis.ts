import type { ImageRecipe } from '../debian-image.ts';
import { shellPackages, systemdLibraries } from './libraries.ts';
import { recipeFile } from './recipe-file.ts';

export const redisImages: ImageRecipe[] = [
  {
    reference: 'redis:alpine',
    packages: [
      ...shellPackages,
      ...systemdLibraries,
      ...['redis-server', 'redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1', 'libssl3', 'libstdc++6'],
    ],
    omit: ['etc/init.d', 'lib/systemd'],
    users: ['redis:x:999:1000:redis:/nonexistent:/bin/false'],
    folders: ['/data'],
    owners: { '/data': '999:1000' },
    files: [recipeFile('/usr/local/bin/docker-entrypoint.sh', 'redis-entrypoint.sh')],
    config: {
      Entrypoint: ['docker-entrypoint.sh'],
      Cmd: ['redis-server'],
      ExposedPorts: { '6379/tcp': {} },
      Volumes: { '/data': {} },
      WorkingDir: '/data',
    },
  },
];
