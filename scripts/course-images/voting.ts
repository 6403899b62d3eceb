import type { ImageRecipe } from '../debian-image.ts';
import { postgresLibraries, shellPackages, systemdLibraries } from './libraries.ts';
import { recipeFile } from './recipe-file.ts';

/** One tree for all three, so that a machine pulls it once: redis' and postgres' own clients, and a shell. */
function standIn(reference: string, program: string, port?: number): ImageRecipe {
  return {
    reference,
    packages: [
      ...shellPackages,
      ...systemdLibraries,
      ...postgresLibraries,
      ...['redis-tools', 'libatomic1', 'libjemalloc2', 'liblzf1'],
      ...['postgresql-client-15', 'libreadline8', 'libtinfo6', 'libstdc++6'],
    ],
    omit: [
      ...['usr/bin/redis-benchmark', 'usr/bin/redis-check-aof', 'usr/bin/redis-check-rdb'],
      ...['pg_dump', 'pg_restore', 'pg_basebackup', 'pgbench'].map(
        (name) => `usr/lib/postgresql/15/bin/${name}`,
      ),
      'usr/share/postgresql',
    ],
    links: { '/usr/bin/psql': '/usr/lib/postgresql/15/bin/psql' },
    files: ['lib.sh', 'vote.sh', 'vote-page.sh', 'worker.sh', 'result.sh', 'result-page.sh'].map((name) =>
      recipeFile(`/stand-in/${name}`, name),
    ),
    config: {
      Cmd: [`/stand-in/${program}`],
      ...(port === undefined ? {} : { ExposedPorts: { [`${port}/tcp`]: {} } }),
    },
  };
}

export const votingStandIns: ImageRecipe[] = [
  ...['latest', 'before'].map((tag) => standIn(`dockersamples/examplevotingapp_vote:${tag}`, 'vote.sh', 80)),
  ...['latest', 'before'].map((tag) =>
    standIn(`dockersamples/examplevotingapp_result:${tag}`, 'result.sh', 80),
  ),
  standIn('dockersamples/examplevotingapp_worker:latest', 'worker.sh'),
];
