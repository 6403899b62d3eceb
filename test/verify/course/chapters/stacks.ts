import { all, lacks, prints, replicas, rows, sameAs, says, works } from '../checks.ts';
import type { Chapter, Check, Step } from '../step.ts';
import { askPage, askTask, inTask } from './in-task.ts';

const on = 'LINUXtips-01';
const DEPLOY = 'docker stack deploy -c docker-compose.yml';
/** Of a first start, with pulls. */
const UP_SECONDS = 90;
const GONE_SECONDS = 60;

const deploy = (folder: string, stack: string, check: Check): Step => ({
  on,
  command: `${DEPLOY} ${stack}`,
  folder,
  deadlineSeconds: 120,
  check,
});
const services = (stack: string, wanted: Record<string, string>, withinSeconds = UP_SECONDS): Step => ({
  on,
  command: `docker stack services ${stack}`,
  withinSeconds,
  check: replicas(
    Object.fromEntries(Object.entries(wanted).map(([name, count]) => [`${stack}_${name}`, count])),
  ),
});
const remove = (stack: string, network: string): Step[] => [
  {
    on,
    command: `docker stack rm ${stack}`,
    deadlineSeconds: 120,
    check: says(/^Removing service /m, `Removing network ${stack}_${network}`),
  },
  {
    on,
    command: 'docker stack ls',
    withinSeconds: GONE_SECONDS,
    check: lacks(new RegExp(`^${stack} `, 'm')),
  },
  { on, command: 'docker network ls', withinSeconds: GONE_SECONDS, check: lacks(`${stack}_`) },
];
const tasks = `docker service ps --format '{{.ID}}' primeiro_web | sort | tr '\\n' ' '`;

const primeiro: Step[] = [
  deploy(
    'primeiro',
    'primeiro',
    says('Creating network primeiro_webserver', 'Creating service primeiro_web'),
  ),
  services('primeiro', { web: '5/5' }),
  { on, command: 'docker stack ls', check: all(rows(1), says(/^primeiro +1\b/m)) },
  {
    on,
    command: 'docker stack ps primeiro',
    check: all(rows(5), says(/ primeiro_web\.5 .* Running +Running /)),
  },
  { on, command: 'docker service ps primeiro_web', check: all(rows(5), says(/ primeiro_web\.1 /)) },
  {
    on,
    command: `docker service inspect --format '{{json .Spec.TaskTemplate.Resources.Limits}}' primeiro_web`,
    check: says('"NanoCPUs":100000000', '"MemoryBytes":52428800'),
  },
  ...askPage('primeiro_web', { published: 8080, target: 80 }, says('Welcome to nginx!')),
];

const terceiro: Step[] = [
  { on, command: tasks, check: says(/\w/), note: { name: 'the tasks of web', from: /^(.*)/ } },
  deploy(
    'terceiro',
    'primeiro',
    says('Creating service primeiro_visualizer', 'Updating service primeiro_web'),
  ),
  services('primeiro', { web: '5/5', visualizer: '1/1' }),
  // The very tasks of before: web was never below its replicas.
  { on, command: tasks, check: sameAs('the tasks of web') },
  ...askPage('primeiro_visualizer', { published: 8888, target: 8080 }, says(/visualizer/i)),
  ...remove('primeiro', 'webserver'),
];

const segundo: Step[] = [
  deploy(
    'segundo',
    'segundo',
    says(
      'Creating network segundo_default',
      'Creating service segundo_db',
      'Creating service segundo_wordpress',
    ),
  ),
  services('segundo', { db: '1/1', wordpress: '1/1' }),
  {
    on,
    command: 'docker service logs segundo_wordpress',
    withinSeconds: 20,
    check: says(/segundo_wordpress\.1\.\w+@/),
  },
  ...askPage('segundo_wordpress', { published: 8000, target: 80 }, says(/wordpress/i), 60),
  ...remove('segundo', 'default'),
];

const quarto: Step[] = [
  deploy(
    'quarto',
    'quarto',
    says(
      ...['frontend', 'backend'].map((network) => `Creating network quarto_${network}`),
      ...['redis', 'db', 'vote', 'result', 'worker', 'visualizer'].map(
        (name) => `Creating service quarto_${name}`,
      ),
    ),
  ),
  services('quarto', {
    redis: '2/2',
    db: '1/1',
    vote: '2/2',
    result: '1/1',
    worker: '1/1',
    visualizer: '1/1',
  }),
  ...askPage('quarto_result', { published: 5001, target: 80 }, says(/cats/i)),
  ...askPage('quarto_vote', { published: 5000, target: 80, post: 'vote=a' }, says(/cats/i)),
  // By redis and the worker into the database, from which the result comes.
  {
    on,
    command: inTask('quarto_db', "psql -U postgres -At -c 'SELECT count(*) FROM votes'"),
    withinSeconds: 30,
    check: prints('1'),
  },
  ...askTask('quarto_result', 'timeout 8 wget -qO- http://127.0.0.1/', says(/a: 1\b/)),
  ...askPage('quarto_visualizer', { published: 8080, target: 8080 }, says(/visualizer/i)),
  ...remove('quarto', 'frontend'),
];

/** Ch. 15 up to the voting app. */
export const stacks: Chapter = {
  name: 'stacks',
  title: 'stacks (ch. 15)',
  template: 'stacks',
  stacks: {
    primeiro: 'webserver',
    segundo: 'wordpress',
    terceiro: 'visualizer',
    quarto: 'voting-app-classic',
  },
  images: [
    ...['mysql:5.7', 'wordpress:latest', 'dockersamples/visualizer:stable', 'redis:alpine', 'postgres:9.4'],
    ...['vote:before', 'result:before', 'worker:latest'].map(
      (name) => `dockersamples/examplevotingapp_${name}`,
    ),
  ],
  steps: [...primeiro, ...terceiro, ...segundo, ...quarto],
};

/** The password of the course's Grafana. */
const admin = `Authorization: Basic ${Buffer.from('admin:giropops').toString('base64')}`;
const SLOW_SECONDS = 90;

/** Ch. 15, its last stack. */
export const giropops: Chapter = {
  name: 'giropops',
  title: 'the giropops monitoring (ch. 15)',
  template: 'stacks',
  stacks: { giropops: 'giropops-monitoring' },
  images: [
    ...['prom/prometheus:v3.13.0', 'prom/node-exporter:v1.11.1', 'prom/alertmanager:v0.28.1'],
    ...[
      'ghcr.io/google/cadvisor:v0.60.5',
      'grafana/grafana:12.4.2',
      'rocketchat/rocket.chat:8.5.1',
      'mongo:8.0',
    ],
  ],
  steps: [
    {
      command: `sed -i "s/{{address}}/$(docker-machine ip LINUXtips-01)/" giropops/docker-compose.yml giropops/grafana.config`,
      isSetUp: true,
      check: works,
    },
    deploy(
      'giropops',
      'giropops',
      says(
        ...['frontend', 'backend'].map((network) => `Creating network giropops_${network}`),
        ...['prometheus', 'node-exporter', 'alertmanager', 'cadvisor', 'grafana', 'rocketchat', 'mongo'].map(
          (name) => `Creating service giropops_${name}`,
        ),
      ),
    ),
    services(
      'giropops',
      {
        prometheus: '1/1',
        'node-exporter': '3/3',
        alertmanager: '1/1',
        cadvisor: '3/3',
        grafana: '1/1',
        rocketchat: '1/1',
        mongo: '1/1',
        'mongo-init-replica': '1/1',
      },
      150,
    ),
    ...askPage('giropops_prometheus', { published: 9090, target: 9090, path: '/-/ready' }, says(/ready/i)),
    ...askPage('giropops_alertmanager', { published: 9093, target: 9093, path: '/-/ready' }, says('OK')),
    ...askPage(
      'giropops_grafana',
      { published: 3000, target: 3000, path: '/api/datasources', options: admin },
      says(/prometheus/),
    ),
    ...askPage(
      'giropops_node-exporter',
      { published: 9100, target: 9100, path: '/metrics' },
      says('node_load1'),
    ),
    ...askPage(
      'giropops_rocketchat',
      { published: 3080, target: 3080, path: '/api/info' },
      says(/"success": ?true/),
      SLOW_SECONDS,
    ),
    ...askPage('giropops_cadvisor', { published: 8080, target: 8080 }, says(/cadvisor/i)),
    ...remove('giropops', 'backend'),
    { on, command: 'docker service ls', check: rows(0) },
    { on, command: 'docker config ls', check: rows(0) },
  ],
};
