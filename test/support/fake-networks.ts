import type { Network, NetworkSpec } from '../../shared/ports/engine.ts';
import type { FakeSwarm } from './fake-swarm.ts';
import { checkName, refusal } from './refusal.ts';

/** A swarm's networks. */
export class FakeNetworks {
  readonly #swarm: FakeSwarm;
  readonly #networks = new Map<string, Network>();

  constructor(swarm: FakeSwarm) {
    this.#swarm = swarm;
  }

  list(): Network[] {
    return [...this.#networks.values()];
  }

  find(idOrName: string): Network {
    const found = this.#networks.get(idOrName) ?? this.list().find(({ Name }) => Name === idOrName);
    if (found === undefined) throw refusal(404, `network ${idOrName} not found`);
    return found;
  }

  create({ Name, Labels, Driver, Attachable = false }: NetworkSpec): string {
    if (Name === '') throw refusal(500, 'invalid name: ');
    if (this.list().some((network) => network.Name === Name)) {
      throw refusal(409, `network with name ${Name} already exists`);
    }
    checkName(Name);
    const Id = this.#swarm.nextId('network');
    const Scope = Driver === 'bridge' ? 'local' : 'swarm';
    this.#networks.set(Id, { Id, Name, Labels, Driver, Scope, Attachable });
    this.#swarm.nextVersion();
    return Id;
  }

  remove(id: string): void {
    const { Id } = this.find(id);
    const user = this.#swarm.services.list().find(({ Spec }) => attachedTo(Spec.TaskTemplate).includes(Id));
    if (user !== undefined || this.#swarm.tasks.stillStopping()) {
      throw refusal(
        403,
        `rpc error: code = FailedPrecondition desc = network ${Id} is in use by ${user ? `service ${user.ID}` : 'task'}`,
      );
    }
    this.#networks.delete(Id);
    this.#swarm.nextVersion();
  }
}

function attachedTo(template: Record<string, unknown>): string[] {
  return ((template.Networks ?? []) as { Target: string }[]).map(({ Target }) => Target);
}
