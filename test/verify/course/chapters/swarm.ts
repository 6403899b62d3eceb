import { all, anId, contains, holds, isNot, lacks, refuses, replicas, rows, says } from '../checks.ts';
import type { Chapter, Step } from '../step.ts';
import { askTask } from './in-task.ts';

const [FIRST, SECOND, THIRD] = ['LINUXtips-01', 'LINUXtips-02', 'LINUXtips-03'] as const;

/** A row of `docker node ls`: a worker's manager status is blank, and the engine's version follows. */
const node = (name: string, rest: string) => new RegExp(`\\b${name} +${rest}`);
const isLeader = node(FIRST, 'Ready +Active +Leader');
const isReachable = (name: string) => node(name, 'Ready +Active +Reachable');
const isWorker = (name: string) => node(name, 'Ready +Active +\\d');

/** What a token printed by the first manager is for. */
const join = (on: string, role: 'manager' | 'worker'): Step => ({
  on,
  command: `‹the ${role}’s join command›`,
  check: says(`This node joined a swarm as a ${role}.`),
});
const token = (role: 'manager' | 'worker'): Step => ({
  on: FIRST,
  command: `docker swarm join-token ${role}`,
  check: says(`To add a ${role} to this swarm, run the following command:`),
  note: { name: `the ${role}’s join command`, from: /^ +(docker swarm join --token .*)$/m },
});
const nodes = (...patterns: RegExp[]): Step => ({
  on: FIRST,
  command: 'docker node ls',
  withinSeconds: 40,
  check: all(rows(patterns.length), says(...patterns)),
});

const forming: Step[] = [
  {
    on: FIRST,
    command: 'docker swarm init',
    check: says(
      /^Swarm initialized: current node \(\w+\) is now a manager\./,
      /docker swarm join --token SWMTKN-\S+ [\d.]+:2377/,
    ),
    note: { name: 'the worker’s join command', from: /^ +(docker swarm join --token .*)$/m },
  },
  join(THIRD, 'worker'),
  nodes(isLeader, isWorker(THIRD)),
  { ...token('worker'), note: { name: 'the worker’s token', from: /--token (\S+)/ } },
  token('manager'),
  { ...token('manager'), check: all(says('SWMTKN-'), isNot('the worker’s token')) },
  join(SECOND, 'manager'),
  nodes(isLeader, isReachable(SECOND), isWorker(THIRD)),
  {
    on: FIRST,
    command: `docker node inspect ${SECOND}`,
    check: holds({
      '0.Spec.Role': 'manager',
      '0.Description.Hostname': SECOND,
      '0.Status.Addr': /^[\d.]+$/,
      '0.Status.State': 'ready',
    }),
  },
  {
    on: FIRST,
    command: `docker node promote ${THIRD}`,
    check: says(`Node ${THIRD} promoted to a manager in the swarm.`),
  },
  nodes(isLeader, isReachable(SECOND), isReachable(THIRD)),
  {
    on: FIRST,
    command: `docker node demote ${THIRD}`,
    check: says(`Manager ${THIRD} demoted in the swarm.`),
  },
  nodes(isLeader, isReachable(SECOND), isWorker(THIRD)),
];

const leaving: Step[] = [
  { on: THIRD, command: 'docker swarm leave', check: says('Node left the swarm.') },
  nodes(isLeader, isReachable(SECOND), node(THIRD, 'Down')),
  {
    on: FIRST,
    command: `docker node rm ${THIRD}`,
    withinSeconds: 20,
    check: says(new RegExp(`^${THIRD}$`, 'm')),
  },
  nodes(isLeader, isReachable(SECOND)),
];

/** Two managers, one of which goes by force: the other is no majority. Then as it should be done: demoted first. */
const losing: Step[] = [
  {
    command: `docker-machine stop ${SECOND}`,
    check: refuses(/majority|quorum/i, '--force'),
  },
  { on: SECOND, command: 'docker swarm leave', check: refuses('as a manager', '--force') },
  { on: SECOND, command: 'docker swarm leave --force', check: says('Node left the swarm.') },
  {
    on: FIRST,
    command: `docker node rm ${SECOND}`,
    check: refuses(/must be demoted|leader|deadline/i),
  },
  {
    on: FIRST,
    command: 'docker node ls',
    // The one that is left leads on until it has missed the other for a while.
    withinSeconds: 60,
    check: refuses(/does not have a leader|deadline/i),
  },
  {
    on: FIRST,
    command: 'docker swarm init --force-new-cluster',
    withinSeconds: 60,
    check: says(/^Swarm initialized: current node/),
  },
  {
    on: FIRST,
    command: `docker node rm --force ${SECOND}`,
    withinSeconds: 40,
    check: says(new RegExp(`^${SECOND}$`, 'm')),
  },
  nodes(isLeader),
  token('manager'),
  join(SECOND, 'manager'),
  nodes(isLeader, isReachable(SECOND)),
  {
    on: FIRST,
    command: `docker node demote ${SECOND}`,
    check: says(`Manager ${SECOND} demoted in the swarm.`),
  },
  nodes(isLeader, isWorker(SECOND)),
  { on: SECOND, command: 'docker swarm leave', withinSeconds: 20, check: says('Node left the swarm.') },
  {
    on: FIRST,
    command: `docker node rm ${SECOND}`,
    withinSeconds: 40,
    check: says(new RegExp(`^${SECOND}$`, 'm')),
  },
  nodes(isLeader),
];

const joiningAgain: Step[] = [
  token('worker'),
  token('manager'),
  join(SECOND, 'manager'),
  join(THIRD, 'worker'),
  nodes(isLeader, isReachable(SECOND), isWorker(THIRD)),
];

const everyNode = [FIRST, SECOND, THIRD];

const services: Step[] = [
  {
    on: FIRST,
    command: 'docker service create --name webserver --replicas 5 -p 8080:80 nginx',
    deadlineSeconds: 120,
    check: anId,
  },
  ...everyNode.map(
    (name): Step => ({
      command: `curl -sf --max-time 10 "$(docker-machine ip ${name}):8080"`,
      mesh: 'needed',
      withinSeconds: 20,
      check: says('Welcome to nginx!'),
    }),
  ),
  { on: FIRST, command: 'docker service ls', withinSeconds: 30, check: replicas({ webserver: '5/5' }) },
  {
    on: FIRST,
    command: 'docker service ps webserver',
    check: all(rows(5), says(...everyNode.map((name) => new RegExp(`${name} +Running +Running`)))),
  },
  {
    on: FIRST,
    command: 'docker service inspect webserver',
    check: holds({
      '0.Spec.Name': 'webserver',
      '0.Spec.Mode.Replicated.Replicas': 5,
      '0.Endpoint.VirtualIPs.0.Addr': /^[\d.]+\/\d+$/,
      '0.Endpoint.Ports.0.PublishedPort': 8080,
      '0.Endpoint.Ports.0.TargetPort': 80,
    }),
  },
  {
    on: FIRST,
    command: 'docker service scale webserver=10',
    deadlineSeconds: 120,
    check: says('webserver scaled to 10'),
  },
  { on: FIRST, command: 'docker service ls', withinSeconds: 30, check: replicas({ webserver: '10/10' }) },
  ...askTask('webserver', 'wget -qO- http://127.0.0.1/', says('Welcome to nginx!')),
  {
    on: FIRST,
    command: 'docker service logs -f webserver',
    followSeconds: 4,
    check: contains(/webserver\.\d+\.\w+@LINUXtips-0\d +\| .*"GET \/ HTTP/),
  },
  // Nothing answers on the mesh's own network here: the tasks are asked on another overlay, from machine to machine.
  { on: FIRST, command: 'docker network create --driver overlay rede', mesh: 'missing', check: anId },
  {
    on: FIRST,
    command: 'docker service update --update-parallelism 10 --network-add rede webserver',
    mesh: 'missing',
    deadlineSeconds: 120,
    check: says(/converged/),
  },
  {
    on: SECOND,
    command: `docker inspect --format '{{(index .NetworkSettings.Networks "rede").IPAddress}}' $(docker ps -q --filter name=webserver | head -n 1)`,
    mesh: 'missing',
    check: says(/^[\d.]+\n/),
    note: { name: 'the overlay address of a task', from: /^([\d.]+)\n/ },
  },
  ...[FIRST, THIRD].map(
    (name): Step => ({
      on: name,
      command:
        'docker exec $(docker ps -q --filter name=webserver | head -n 1) wget -qO- http://‹the overlay address of a task›/',
      mesh: 'missing',
      // Of a new network, a node whose answer an engine lost is told 30 s later (moby#51701).
      withinSeconds: 45,
      check: says('Welcome to nginx!'),
    }),
  ),
  { on: FIRST, command: 'docker service rm webserver', check: says('webserver') },
  { on: FIRST, command: 'docker service ls', check: all(rows(0), lacks('webserver')) },
  {
    on: FIRST,
    command:
      'docker service create --name webserver --replicas 5 -p 8080:80 --mount type=volume,src=teste,dst=/app nginx',
    deadlineSeconds: 120,
    check: anId,
  },
  {
    on: FIRST,
    command: 'docker service ps webserver',
    check: says(...everyNode.map((name) => new RegExp(name))),
  },
  ...everyNode.map(
    (on): Step => ({ on, command: 'docker volume ls', withinSeconds: 10, check: says(/^local +teste$/m) }),
  ),
  { on: FIRST, command: 'docker service rm webserver', check: says('webserver') },
];

/** Ch. 13: a swarm by hand, with machines that are in none. */
export const swarm: Chapter = {
  name: 'swarm',
  title: 'Docker Swarm (ch. 13)',
  template: 'docker-machine',
  steps: [...forming, ...leaving, ...losing, ...joiningAgain, ...services],
};
