import type { ImageRecipe } from '../debian-image.ts';
import { postgresLibraries, shellPackages, systemdLibraries } from './libraries.ts';
import { recipeFile } from './recipe-file.ts';

const programs = '/usr/lib/postgresql/15/bin';

/** Debian's postgres 15, under each of the tags that the course's stacks name. */
export const postgresImages: ImageRecipe[] = ['postgres:15-alpine', 'postgres:9.4'].map((reference) => ({
  reference,
  packages: [
    ...shellPackages,
    ...systemdLibraries,
    ...postgresLibraries,
    ...[
      'postgresql-15',
      'postgresql-client-15',
      'libicu72',
      'libxml2',
      'libstdc++6',
      'libpam0g',
      'libaudit1',
    ],
    ...['libcap-ng0', 'libreadline8', 'libtinfo6'],
  ],
  omit: [
    ...['usr/lib/postgresql/15/lib/bitcode', 'usr/share/postgresql/15/man', 'usr/share/postgresql-common'],
    ...['etc/init.d', 'lib/systemd', 'usr/lib/systemd'],
  ],
  users: ['postgres:x:70:70:postgres:/var/lib/postgresql:/bin/sh'],
  folders: [
    '/var/lib/postgresql/data',
    '/run/postgresql',
    '/docker-entrypoint-initdb.d',
    '/usr/share/zoneinfo',
  ],
  owners: { '/var/lib/postgresql': '70:70', '/var/lib/postgresql/data': '70:70', '/run/postgresql': '70:70' },
  files: [recipeFile('/usr/local/bin/docker-entrypoint.sh', 'postgres-entrypoint.sh')],
  links: { '/usr/bin/psql': `${programs}/psql`, '/usr/bin/pg_isready': `${programs}/pg_isready` },
  config: {
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['postgres'],
    Env: [
      `PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:${programs}`,
      'PGDATA=/var/lib/postgresql/data',
    ],
    ExposedPorts: { '5432/tcp': {} },
    StopSignal: 'SIGINT',
    Volumes: { '/var/lib/postgresql/data': {} },
  },
}));
