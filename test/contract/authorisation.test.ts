import { describe, expect, test } from 'vitest';
import { ensureLabSecrets } from '../../shared/engine/lab-secrets.ts';
import type { Engine } from '../../shared/ports/engine.ts';
import type { Role } from '../../shared/service/caller.ts';
import { START } from '../support/builders.ts';
import { aClassRequest } from '../support/class-requests.ts';
import { type Asking, createWorld, type World } from '../support/world.ts';

/** Who asks, of whose lab. */
const COLUMNS = [
  'student, own',
  'student, other',
  'instructor, own',
  'instructor, other',
  'operator, own',
  'operator, other',
  'no token',
  'garbage',
  'expired',
] as const;
type Column = (typeof COLUMNS)[number];

interface Rule {
  request?: Asking;
  query?: string;
  /** One status for each column, in their order. */
  expected: number[];
}

/** A lab's own operation: its owner, or an operator; to everybody else the lab is not there. */
const ofLab = (status: number, more: Omit<Rule, 'expected'> = {}): Rule => ({
  ...more,
  expected: [status, 404, status, 404, status, status, 401, 401, 401],
});
/** A class's own operation: its instructor, or an operator; no student, whoever they are. */
const ofClass = (status: number, more: Omit<Rule, 'expected'> = {}): Rule => ({
  ...more,
  expected: [403, 403, status, 404, status, status, 401, 401, 401],
});
const toTeachers = (status: number, more: Omit<Rule, 'expected'> = {}): Rule => ({
  ...more,
  expected: [403, 403, status, status, status, status, 401, 401, 401],
});
const toAll = (status: number, more: Omit<Rule, 'expected'> = {}): Rule => ({
  ...more,
  expected: [status, status, status, status, status, status, 401, 401, 401],
});
const open: Rule = { expected: COLUMNS.map(() => 200) };
const text = (type: string): Asking => ({ body: 'x', headers: { 'Content-Type': type } });
/** A host's token and no other opens it. */
const hosts = (request: Asking): Rule => ({
  request,
  query: '?lab=a&machine=m',
  expected: COLUMNS.map(() => 401),
});

const RULES: Record<string, Rule> = {
  createLab: toAll(202, { request: { json: { template: 'swarm' } } }),
  listLabs: toAll(200),
  listCatalogue: toAll(200),
  getLab: ofLab(200),
  changeLab: ofLab(202, { request: { json: { power: 'off' } } }),
  deleteLab: ofLab(202),
  listEvents: ofLab(200),
  createCertificate: ofLab(200),
  // The one secret that an operator is not given either.
  getSshKey: { expected: [200, 404, 200, 404, 200, 403, 401, 401, 401] },
  listMachines: ofLab(200),
  inspectMachine: ofLab(200),
  machineIp: ofLab(200),
  machineUrl: ofLab(200),
  machineStatus: ofLab(200),
  machineConfig: ofLab(200),
  machineEnv: ofLab(200),
  startMachine: ofLab(202),
  stopMachine: ofLab(202),
  restartMachine: ofLab(202),
  killMachine: ofLab(202),
  addMachine: ofLab(202, { request: { json: {} } }),
  removeMachine: ofLab(202),
  rebuildMachine: ofLab(202),
  regenerateCerts: ofLab(202),
  provisionMachine: ofLab(202),
  upgradeMachine: ofLab(202),
  leaveSwarm: ofLab(204),
  // The swarm of these labs works.
  recoverSwarm: ofLab(409),
  listTemplates: toAll(200),
  listStacks: ofLab(200),
  getStack: ofLab(200),
  putStack: ofLab(202, { request: { json: { from: 'registry' } } }),
  removeStack: ofLab(202),
  execOnMachine: ofLab(200, { request: { json: { command: ['true'] } } }),
  listServices: ofLab(200),
  createService: ofLab(201, { request: { json: { name: 'web', image: 'nginx' } } }),
  getService: ofLab(200),
  changeService: ofLab(200, { request: { json: { replicas: 2 } } }),
  removeService: ofLab(204),
  rollbackService: ofLab(200),
  listServiceTasks: ofLab(200),
  readServiceLogs: ofLab(200),
  listNodeTasks: ofLab(200),
  listNodes: ofLab(200),
  getNode: ofLab(200),
  promoteNode: ofLab(200),
  demoteNode: ofLab(200),
  drainNode: ofLab(200),
  activateNode: ofLab(200),
  pauseNode: ofLab(200),
  labelNode: ofLab(200, { request: { json: { labels: { zone: 'a' } } } }),
  removeNode: ofLab(204, { query: '?force=true' }),
  getJoinTokens: ofLab(200),
  rotateJoinTokens: ofLab(204),
  listSecrets: ofLab(200),
  createSecret: ofLab(201, { request: { json: { name: 'new', text: 'x' } } }),
  getSecret: ofLab(200),
  removeSecret: ofLab(204),
  rotateSecret: ofLab(200, { request: { json: { text: 'x' } } }),
  listConfigs: ofLab(200),
  createConfig: ofLab(201, { request: { json: { name: 'new', text: 'x' } } }),
  getConfig: ofLab(200),
  removeConfig: ofLab(204),
  createClass: toTeachers(202, { request: { json: aClassRequest({ name: 'another' }) } }),
  listClasses: toTeachers(200),
  // A student is told of no class that it is there.
  getClass: { expected: [404, 404, 200, 404, 200, 200, 401, 401, 401] },
  changeClass: ofClass(202, { request: { json: { grace: 'PT5M' } } }),
  deleteClass: ofClass(202),
  putRoster: ofClass(202, { request: { json: [{ email: 'zoe@example.org' }] } }),
  getRoster: ofClass(200),
  createLinks: ofClass(200, { request: { json: {} } }),
  revokeLinks: ofClass(200, { request: { json: {} } }),
  listClassLabs: ofClass(200),
  startClass: ofClass(200, { request: { json: {} } }),
  stopClass: ofClass(200, { request: { json: {} } }),
  extendClass: ofClass(200, { request: { json: { by: 'PT1H' } } }),
  rebuildClass: ofClass(200, { request: { json: {} } }),
  deleteClassLabs: ofClass(200, { request: { json: {} } }),
  putClassStack: ofClass(200, { request: { json: { from: 'registry' } } }),
  sendMessage: ofClass(202, { request: { json: { text: 'hello' } } }),
  getClassCost: ofClass(200),
  getClassRecords: ofClass(200),
  // Nobody's token opens it: a code does.
  join: { request: { json: { code: 'of-nobody' } }, expected: COLUMNS.map(() => 401) },
  getJoinPage: open,
  createToken: {
    request: { json: { role: 'student', subject: 'bob', expiresIn: 'PT1H' } },
    // He is on no instructor's roster.
    expected: [403, 403, 403, 403, 201, 201, 401, 401, 401],
  },
  rotateSigningKey: { expected: [403, 403, 403, 403, 200, 200, 401, 401, 401] },
  enrol: hosts(text('application/pkcs10')),
  reportEnrolmentFailure: hosts(text('text/plain')),
  checkHealth: open,
  getDocument: open,
  getDocs: open,
};

interface Found {
  id: string;
  method: string;
  path: string;
  roles: string[];
}

const operations: Found[] = await (async () => {
  const { json } = await createWorld().ask('GET', '/openapi.json', { as: undefined });
  const paths = json.paths as Record<string, Record<string, { operationId: string; 'x-roles': string[] }>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      roles: operation['x-roles'],
    })),
  );
})();

describe('who may do what', () => {
  test('is said for every operation of the document, and for nothing else', () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(RULES).sort());
  });

  test('is what the document says of roles: who is not named gets no further than 401 or 403', () => {
    for (const { id, roles } of operations) {
      const { expected } = RULES[id] ?? open;
      const named = (role: Role) => roles.includes(role) || roles.includes('open');
      for (const [index, role] of (['student', 'instructor', 'operator'] as const).entries()) {
        if (named(role)) continue;
        expect([id, role, [401, 403]]).toEqual([id, role, expect.arrayContaining([expected[index * 2]])]);
      }
    }
  });

  describe.each(operations)('$method $path', (operation) => {
    test.each(COLUMNS.map((column, index) => ({ column, index })))('$column', async ({ column, index }) => {
      const world = createWorld();
      const rule = RULES[operation.id] ?? { expected: [] };
      const answer = await askAs(world, column, operation, rule);
      expect(answer.status, answer.text).toBe(rule.expected[index]);
      if (answer.status >= 400) expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
      if (answer.status === 401) expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer realm=/);
    });
  });
});

async function askAs(world: World, column: Column, { method, path }: Found, rule: Rule) {
  const [role, whose] = column.split(', ');
  const isRole = role === 'student' || role === 'instructor' || role === 'operator';
  const lab = await world.keep({ owner: whose === 'other' ? 'somebody-else' : 'ana' });
  await ensureLabSecrets(world.deps, lab.id, START);
  await makeThings(world.engines.machine(lab.id, 'LINUXtips-01'));
  const json = aClassRequest({ name: 'a-class' });
  await world.ask('POST', '/v1/classes', { json, as: 'instructor', subject: lab.owner });
  const where =
    path
      .replace('{lab}', lab.id)
      .replace('{class}', 'a-class')
      .replace(/\{(machine|node)\}/, 'LINUXtips-03')
      .replace('{stack}', 'webserver')
      .replace(/\{(service|secret|config)\}/, 'thing') + (rule.query ?? '');
  const headers = { ...rule.request?.headers };
  if (column === 'garbage') Object.assign(headers, { Authorization: 'Bearer not.a.token' });
  if (column === 'expired') {
    Object.assign(headers, { Authorization: `Bearer ${await world.token('operator')}` });
    world.deps.clock.advance(3601);
  }
  return world.ask(method, where, { ...rule.request, headers, as: isRole ? role : undefined });
}

/** One of each kind, all by one name. */
async function makeThings(engine: Engine): Promise<void> {
  const file = { Name: 'thing', Labels: {}, Data: 'eA==' };
  await engine.createSecret(file);
  await engine.createConfig(file);
  const spec = {
    Name: 'thing',
    Labels: {},
    TaskTemplate: { ContainerSpec: { Image: 'nginx' } },
    Mode: { Replicated: { Replicas: 1 } },
  };
  const { id } = await engine.createService(spec);
  const { Version } = await engine.service(id);
  await engine.updateService(id, Version.Index, { ...spec, Mode: { Replicated: { Replicas: 3 } } });
}
