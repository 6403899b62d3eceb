import { all, anId, contains, holds, lacks, prints, refuses, rows, says, works } from '../checks.ts';
import type { Chapter } from '../step.ts';

const on = 'docker-host';

/** Ch. 7: binds, volumes, tmpfs, data containers and their backup. */
export const volumes: Chapter = {
  name: 'volumes',
  title: 'volumes (ch. 7)',
  template: 'volumes',
  steps: [
    {
      command: `docker-machine ssh ${on} "mkdir -p /giropops && echo do host > /giropops/arquivo"`,
      check: works,
    },
    {
      on,
      command:
        'docker container run --rm --mount type=bind,src=/giropops,dst=/giropops busybox cat /giropops/arquivo',
      check: says(/^do host$/m),
    },
    {
      on,
      command:
        'docker container run --rm --mount type=bind,src=/giropops,dst=/giropops,ro busybox touch /giropops/novo',
      check: refuses('Read-only file system'),
    },
    {
      on,
      command: 'docker container run --rm --mount type=bind,src=/nao/existe,dst=/giropops busybox true',
      check: refuses('bind source path does not exist'),
    },
    {
      on,
      command: 'docker container run --rm -v /giropops:/giropops busybox cat /giropops/arquivo',
      check: prints('do host'),
    },
    { on, command: 'docker volume create giropops', check: prints('giropops') },
    { on, command: 'docker volume ls', check: all(rows(1), says(/^local +giropops$/m)) },
    {
      on,
      command: 'docker volume inspect giropops',
      check: holds({ '0.Name': 'giropops', '0.Mountpoint': '/var/lib/docker/volumes/giropops/_data' }),
    },
    {
      on,
      command:
        'docker container run --name escreve --mount type=volume,source=giropops,destination=/giropops busybox sh -c "echo do volume > /giropops/arquivo"',
      check: works,
    },
    {
      on,
      command:
        'docker container run --rm --mount type=volume,source=giropops,destination=/giropops busybox cat /giropops/arquivo',
      check: prints('do volume'),
    },
    {
      command: `docker-machine ssh ${on} cat /var/lib/docker/volumes/giropops/_data/arquivo`,
      check: prints('do volume'),
    },
    { on, command: 'docker volume rm giropops', check: refuses('volume is in use') },
    { on, command: 'docker container rm escreve', check: prints('escreve') },
    { on, command: 'docker volume rm giropops', check: prints('giropops') },
    { on, command: 'docker volume ls', check: rows(0) },
    {
      on,
      command: 'docker container run --rm --mount type=tmpfs,dst=/strigus busybox grep /strigus /proc/mounts',
      check: says(/^tmpfs \/strigus tmpfs/m),
    },
    { on, command: 'docker container create -v /data --name dbdados busybox', check: anId },
    {
      on,
      command: 'docker container run --rm --volumes-from dbdados busybox sh -c "echo banco > /data/banco1"',
      check: works,
    },
    {
      on,
      command: 'docker container run --rm --volumes-from dbdados busybox cat /data/banco1',
      check: prints('banco'),
    },
    {
      on,
      command:
        'docker container run --rm --volumes-from dbdados -v $(pwd):/backup busybox tar -cvf /backup/backup.tar /data',
      check: contains('data/banco1'),
    },
    { command: `docker-machine ssh ${on} tar -tf $(pwd)/backup.tar`, check: says('data/banco1') },
    { on, command: 'docker container rm dbdados', check: prints('dbdados') },
    { on, command: 'docker volume ls', check: rows(1) },
    { on, command: 'docker volume prune -f', check: says('Total reclaimed space') },
    { on, command: 'docker volume ls', check: all(rows(0), lacks('giropops')) },
  ],
};
