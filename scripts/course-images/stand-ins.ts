import type { ImageRecipe } from '../debian-image.ts';
import { shellPackages } from './libraries.ts';
import { recipeFile } from './recipe-file.ts';

const scripts = [
  ...['lib.sh', 'visualizer.sh', 'visualizer-page.sh', 'static-site.sh', 'static-site-page.sh'],
  ...['mysql.sh', 'mysql-greeting.sh', 'wordpress.sh', 'wordpress-page.sh', 'mongo.sh', 'mongo-answer.sh'],
  ...['alura-books.sh', 'alura-books-page.sh', 'rocketchat.sh', 'rocketchat-page.sh'],
  ...['grafana.sh', 'grafana-page.sh', 'cadvisor.sh', 'cadvisor-page.sh'],
];

/** One tree for all, so that a machine pulls it once: a shell, and each original's part in the course as a script. */
function standIn(reference: string, config: ImageRecipe['config']): ImageRecipe {
  return {
    reference,
    packages: shellPackages,
    files: [
      ...scripts.map((name) => recipeFile(`/stand-in/${name}`, name)),
      recipeFile('/usr/bin/mongosh', 'mongosh.sh'),
      { path: '/usr/bin/bash', mode: 0o755, content: '#!/bin/sh\nexec /bin/sh "$@"\n' },
    ],
    folders: ['/data/db', '/var/lib/mysql', '/var/lib/grafana'],
    links: { '/usr/bin/mongod': '/stand-in/mongo.sh' },
    config,
  };
}

function page(program: string, port: number, more: ImageRecipe['config'] = {}): ImageRecipe['config'] {
  return { Cmd: [`/stand-in/${program}`], ExposedPorts: { [`${port}/tcp`]: {} }, ...more };
}

const mongo: ImageRecipe['config'] = {
  Cmd: ['mongod'],
  ExposedPorts: { '27017/tcp': {} },
  Volumes: { '/data/db': {} },
};

/** What neither Debian nor a small program can be: each says in its log and on its page that it stands in. */
export const standIns: ImageRecipe[] = [
  standIn('dockersamples/visualizer:stable', page('visualizer.sh', 8080)),
  standIn('dockersamples/static-site:latest', page('static-site.sh', 80)),
  standIn('mysql:5.7', page('mysql.sh', 3306, { Volumes: { '/var/lib/mysql': {} } })),
  standIn('wordpress:latest', page('wordpress.sh', 80)),
  standIn('mongo:4.4.6', mongo),
  standIn('mongo:8.0', mongo),
  standIn('aluradocker/alura-books:1.0', page('alura-books.sh', 3000)),
  standIn('rocketchat/rocket.chat:8.5.1', page('rocketchat.sh', 3000)),
  // As the originals', whose commands are options of theirs.
  standIn('grafana/grafana:12.4.2', {
    Entrypoint: ['/stand-in/grafana.sh'],
    ExposedPorts: { '3000/tcp': {} },
  }),
  standIn('ghcr.io/google/cadvisor:v0.60.5', {
    Entrypoint: ['/stand-in/cadvisor.sh'],
    ExposedPorts: { '8080/tcp': {} },
  }),
];
