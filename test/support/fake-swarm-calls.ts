import type { Engine, Service, Task } from '../../shared/ports/engine.ts';
import type { EngineCall } from './fake-engine.ts';
import type { FakeSwarm } from './fake-swarm.ts';
import { refusal } from './refusal.ts';

const STACK_LABEL = 'com.docker.stack.namespace';

/** Does something as an engine's call, which may be told to fail. */
export type Act = <T>(call: EngineCall, act: () => T | Promise<T>) => Promise<T>;
/** The same, by a manager. */
export type ActInSwarm = <T>(call: EngineCall, act: (swarm: FakeSwarm) => T | Promise<T>) => Promise<T>;

type ServiceCalls = Pick<
  Engine,
  | 'services'
  | 'service'
  | 'createService'
  | 'updateService'
  | 'rollbackService'
  | 'removeService'
  | 'tasks'
  | 'logs'
>;

export function serviceCalls(read: ActInSwarm, write: ActInSwarm): ServiceCalls {
  return {
    services: (filter) =>
      read('services', ({ services }) => ofStack(services.list(), filter?.stack, ({ Spec }) => Spec.Labels)),
    service: (idOrName) => read('service', ({ services }) => services.find(idOrName)),
    createService: (spec) => write('createService', ({ services }) => ({ id: services.create(spec) })),
    updateService: (id, version, spec) =>
      write('updateService', ({ services }) => services.update(id, version, spec)),
    rollbackService: (id, version) =>
      write('rollbackService', ({ services }) => services.rollback(id, version)),
    removeService: (id) => write('removeService', ({ services }) => services.remove(id)),
    tasks: (filter) => read('tasks', (swarm) => tasksOf(swarm, filter)),
    logs: (of, options, onLine) => read('logs', ({ logs }) => logs.read(of, options, onLine)),
  };
}

type FileCalls = Pick<
  Engine,
  | 'secrets'
  | 'createSecret'
  | 'updateSecret'
  | 'removeSecret'
  | 'configs'
  | 'createConfig'
  | 'updateConfig'
  | 'removeConfig'
>;

export function fileCalls(read: ActInSwarm, write: ActInSwarm): FileCalls {
  return {
    secrets: (filter) =>
      read('secrets', ({ secrets }) => ofStack(secrets.list(), filter?.stack, ({ Spec }) => Spec.Labels)),
    createSecret: (spec) => write('createSecret', ({ secrets }) => ({ id: secrets.create(spec) })),
    updateSecret: (id, version, spec) =>
      write('updateSecret', ({ secrets }) => secrets.update(id, version, spec)),
    removeSecret: (id) => write('removeSecret', ({ secrets }) => secrets.remove(id)),
    configs: (filter) =>
      read('configs', ({ configs }) => ofStack(configs.list(), filter?.stack, ({ Spec }) => Spec.Labels)),
    createConfig: (spec) => write('createConfig', ({ configs }) => ({ id: configs.create(spec) })),
    updateConfig: (id, version, spec) =>
      write('updateConfig', ({ configs }) => configs.update(id, version, spec)),
    removeConfig: (id) => write('removeConfig', ({ configs }) => configs.remove(id)),
  };
}

export function ofStack<T>(
  all: T[],
  stack: string | undefined,
  labels: (one: T) => Record<string, string>,
): T[] {
  return all.filter((one) => stack === undefined || labels(one)[STACK_LABEL] === stack);
}

function tasksOf(swarm: FakeSwarm, filter: { stack?: string; service?: string; node?: string } = {}): Task[] {
  const { stack, service, node } = filter;
  if (node !== undefined && swarm.node(node) === undefined) throw refusal(404, `node ${node} not found`);
  const own = ofStack(swarm.services.list(), stack, ({ Spec }: Service) => Spec.Labels)
    .filter(({ ID, Spec }) => service === undefined || [ID, Spec.Name].includes(service))
    .map(({ ID }) => ID);
  return swarm.tasks
    .list()
    .filter(({ ServiceID }) => own.includes(ServiceID))
    .filter(({ NodeID }) => node === undefined || NodeID === swarm.node(node)?.id);
}
