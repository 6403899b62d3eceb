import { isSlipwayError, messageOf, SlipwayError } from '../core/errors.ts';
import type { StackSource } from '../lab/stack-source.ts';
import type { Engine, Service, ServiceSpec } from '../ports/engine.ts';
import { readCompose } from './compose/read-compose.ts';
import { convertStack } from './convert/convert-stack.ts';
import { deployService } from './deploy-service.ts';
import { ensureNetworks } from './ensure-networks.ts';
import { fillAddress } from './fill-address.ts';
import { refuseIngressClash } from './ingress-clash.ts';
import { withIds } from './object-ids.ts';
import { configsOf, ensureFiles, removeSuperseded, secretsOf } from './swarm-files.ts';

export interface StackToDeploy {
  /** In the swarm. */
  name: string;
  source: StackSource;
  /** Where the lab is reached: for the places that the catalogue's files leave for it. */
  address?: string;
  /** Are services removed that have gone from the file? */
  prune?: boolean;
  /** Nothing of it is thought to be there: it is made without a look first, and looked at where something is in its way. */
  isNew?: boolean;
}

/** Names of services by what became of them. */
export interface DeployReport {
  created: string[];
  updated: string[];
  unchanged: string[];
  removed: string[];
}

/**
 * Deploys a stack as `docker stack deploy` does, but side by side where the CLI goes one by one: networks, secrets and
 * configs, then all services. A service that is there is updated in place, one that is as it should be is left alone, one
 * that has gone from the file stays, unless pruned. Run again after a crash anywhere, it finishes.
 * @throws SlipwayError `invalid_input` for the file, `conflict`, and the Engine port's, naming each service that failed
 * and what is there already.
 */
export async function deployStack(
  engine: Engine,
  { name, source, address, prune = false, isNew = false }: StackToDeploy,
): Promise<DeployReport> {
  const written = convertStack(name, readCompose(source));
  const objects = address === undefined ? written : fillAddress(written, address);
  refuseIngressClash(objects.services);
  const [networks, secrets, configs, current] = await settled([
    ensureNetworks(engine, name, objects, isNew),
    ensureFiles(secretsOf(engine), name, { own: objects.secrets, external: objects.external.secrets, isNew }),
    ensureFiles(configsOf(engine), name, { own: objects.configs, external: objects.external.configs, isNew }),
    isNew && !prune ? [] : engine.services({ stack: name }),
  ]);
  const specs = objects.services.map((spec) =>
    withIds(spec, { networks, secrets: secrets.files, configs: configs.files }),
  );
  const report = await deployServices(engine, name, specs, current);
  if (prune) report.removed = await removeGone(engine, specs, current);
  const services = () => engine.services();
  await Promise.all([
    removeSuperseded(secretsOf(engine), secrets.superseded, services),
    removeSuperseded(configsOf(engine), configs.superseded, services),
  ]);
  return report;
}

async function deployServices(
  engine: Engine,
  stack: string,
  specs: ServiceSpec[],
  current: Service[],
): Promise<DeployReport> {
  const outcomes = await Promise.allSettled(
    specs.map((spec) => deployService(engine, stack, spec, current.find(isNamed(spec.Name)))),
  );
  const report: DeployReport = { created: [], updated: [], unchanged: [], removed: [] };
  const failures: { name: string; error: unknown }[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const service = specs[index]?.Name ?? '';
    if (outcome.status === 'rejected') failures.push({ name: service, error: outcome.reason });
    else report[outcome.value].push(service);
  }
  if (failures.length > 0) throw deployFailed(failures, report);
  return report;
}

async function removeGone(engine: Engine, specs: ServiceSpec[], current: Service[]): Promise<string[]> {
  const gone = current.filter(({ Spec }) => !specs.some(({ Name }) => Name === Spec.Name));
  await Promise.all(gone.map(({ ID }) => engine.removeService(ID)));
  return gone.map(({ Spec }) => Spec.Name);
}

function isNamed(name: string): (service: Service) => boolean {
  return ({ Spec }) => Spec.Name === name;
}

/** Waits for all, so that nothing goes on behind a failure's back. */
async function settled<Results extends unknown[]>(
  works: {
    [Index in keyof Results]: Promise<Results[Index]> | Results[Index];
  },
): Promise<Results> {
  await Promise.allSettled(works);
  return (await Promise.all(works)) as Results;
}

function deployFailed(failures: { name: string; error: unknown }[], report: DeployReport): unknown {
  const [first] = failures;
  if (failures.some(({ error }) => !isSlipwayError(error))) return first?.error;
  const errors = failures.map(({ error }) => error as SlipwayError);
  const words = failures.map(({ name, error }) => `${name}: ${messageOf(error)}`).join('; ');
  const there = [...report.created, ...report.updated, ...report.unchanged];
  const rest =
    there.length === 0
      ? ''
      : ` (${there.join(', ')} are deployed; deploy again for the rest, or remove the stack)`;
  return new SlipwayError(errors[0]?.code ?? 'internal', `${words}${rest}`, {
    cause: first?.error,
    retryable: errors.every(({ retryable }) => retryable),
    facts: errors[0]?.facts ?? {},
  });
}
