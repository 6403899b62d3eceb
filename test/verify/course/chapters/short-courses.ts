import { all, anId, rows, says } from '../checks.ts';
import type { Chapter, Check } from '../step.ts';

const on = 'docker-host';
const page = (port: number, path: string, check: Check) => ({
  command: `curl -sf --max-time 10 "$(docker-machine ip ${on}):${port}${path}"`,
  withinSeconds: 30,
  check,
});

/** The shorter courses: a static site, and a bookshop with its database on one bridge. */
export const shortCourses: Chapter = {
  name: 'short-courses',
  title: 'the short courses',
  template: 'docker-host',
  images: ['dockersamples/static-site:latest', 'mongo:4.4.6', 'aluradocker/alura-books:1.0'],
  steps: [
    { on, command: 'docker run -d -p 8080:80 dockersamples/static-site', check: anId },
    page(8080, '/', says(/Hello Docker!/)),
    { on, command: 'docker run -d -P -e AUTHOR="Ana" --name ana dockersamples/static-site', check: anId },
    {
      on,
      command: 'docker port ana 80/tcp',
      check: says(/^0\.0\.0\.0:\d+/),
      note: { name: 'port', from: /^0\.0\.0\.0:(\d+)/ },
    },
    {
      command: `curl -sf --max-time 10 "$(docker-machine ip ${on}):‹port›/"`,
      withinSeconds: 10,
      check: says(/Hello Ana!/),
    },
    { on, command: 'docker stop -t 0 $(docker ps -q)', check: says(/^[0-9a-f]{12}\n[0-9a-f]{12}\n/) },
    { on, command: 'docker rm $(docker ps -aq)', check: says(/^[0-9a-f]{12}\n[0-9a-f]{12}\n/) },
    { on, command: 'docker network create --driver bridge minha-bridge', check: anId },
    { on, command: 'docker run -d --name meu-mongo --network minha-bridge mongo:4.4.6', check: anId },
    {
      on,
      command:
        'docker run -d --name alurabooks --network minha-bridge -p 3000:3000 aluradocker/alura-books:1.0',
      check: anId,
    },
    page(3000, '/seed', says(/\S/)),
    page(3000, '/', says(/Docker para desenvolvedores|Kubernetes/i)),
    { on, command: 'docker ps', check: all(rows(2), says(/ meu-mongo$/m, / alurabooks$/m)) },
    { on, command: 'docker rm -f -v meu-mongo alurabooks', check: says('meu-mongo', 'alurabooks') },
    { on, command: 'docker ps -a', check: rows(0) },
  ],
};
