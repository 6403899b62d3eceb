import { iso } from '../../shared/core/clock.ts';
import type { Service, SwarmFile, SwarmFileSpec } from '../../shared/ports/engine.ts';
import type { FakeSwarm } from './fake-swarm.ts';
import { invalid, outOfSequence, refusal } from './refusal.ts';

export type FileKind = 'secret' | 'config';

/** swarmkit's own: what it holds must be smaller. */
const LIMITS = { secret: 512_000, config: 1_024_000 };
const NAME = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A swarm's secrets or configs: what is in them never changes. */
export class FakeSwarmFiles {
  readonly #kind: FileKind;
  readonly #swarm: FakeSwarm;
  readonly #files = new Map<string, SwarmFile>();

  constructor(kind: FileKind, swarm: FakeSwarm) {
    this.#kind = kind;
    this.#swarm = swarm;
  }

  /** As an engine lists them: a secret without its data. */
  list(): SwarmFile[] {
    return [...this.#files.values()].map((file) => {
      if (this.#kind === 'config') return file;
      const { Data, ...spec } = file.Spec;
      return { ...file, Spec: spec };
    });
  }

  /** What is in it: no engine tells that of a secret, a container that has it does. */
  dataOf(name: string): string | undefined {
    const Data = [...this.#files.values()].find(({ Spec }) => Spec.Name === name)?.Spec.Data;
    return Data === undefined ? undefined : Buffer.from(Data, 'base64').toString('utf8');
  }

  has(id: string): boolean {
    return this.#files.has(id);
  }

  create(spec: SwarmFileSpec): string {
    this.#check(spec);
    const taken = [...this.#files.values()].some(({ Spec }) => Spec.Name === spec.Name);
    if (taken) {
      throw refusal(409, `rpc error: code = AlreadyExists desc = ${this.#kind} ${spec.Name} already exists`);
    }
    const ID = this.#swarm.nextId(this.#kind);
    const now = iso(this.#swarm.now());
    const Version = { Index: this.#swarm.nextVersion() };
    this.#files.set(ID, { ID, Version, CreatedAt: now, UpdatedAt: now, Spec: structuredClone(spec) });
    return ID;
  }

  update(id: string, version: number, spec: SwarmFileSpec): void {
    const file = this.#found(id);
    if (file.Version.Index !== version) throw outOfSequence();
    const { Name, Data } = file.Spec;
    if (spec.Name !== Name || (spec.Data !== undefined && spec.Data !== Data)) {
      throw invalid('only updates to Labels are allowed');
    }
    this.#files.set(file.ID, {
      ...file,
      Version: { Index: this.#swarm.nextVersion() },
      UpdatedAt: iso(this.#swarm.now()),
      Spec: { ...file.Spec, Labels: { ...spec.Labels } },
    });
  }

  remove(id: string): void {
    const { ID, Spec } = this.#found(id);
    const users = this.#swarm.services.list().filter((service) => filesOf(service, this.#kind).includes(ID));
    if (users.length > 0) {
      const services = `service${users.length > 1 ? 's' : ''}: ${users.map((user) => user.Spec.Name).join(', ')}`;
      throw invalid(`${this.#kind} '${Spec.Name}' is in use by the following ${services}`);
    }
    this.#files.delete(ID);
    this.#swarm.nextVersion();
  }

  #check({ Name, Data, Driver }: SwarmFileSpec): void {
    if (Name === '') throw invalid('name must be provided');
    if (!NAME.test(Name) || Name.length > 64) {
      throw invalid(
        'invalid name, only 64 [a-zA-Z0-9-_.] characters allowed, and the start and end character must be [a-zA-Z0-9]',
      );
    }
    if (this.#kind === 'secret' && Driver !== undefined) return;
    if (Data !== undefined && !BASE64.test(Data)) throw refusal(400, 'illegal base64 data at input byte 0');
    const size = Buffer.from(Data ?? '', 'base64').length;
    const limit = LIMITS[this.#kind];
    if (size > 0 && size < limit) return;
    throw invalid(`${this.#kind} data must be larger than 0 and less than ${limit} bytes`);
  }

  /** By its id or, as an engine does, by its name. */
  #found(idOrName: string): SwarmFile {
    const file =
      this.#files.get(idOrName) ?? [...this.#files.values()].find(({ Spec }) => Spec.Name === idOrName);
    if (file === undefined) throw refusal(404, `${this.#kind} ${idOrName} not found`);
    return file;
  }
}

/** Ids of the secrets or configs that a service's containers get. */
export function filesOf({ Spec }: Pick<Service, 'Spec'>, kind: FileKind): string[] {
  const { Secrets, Configs } = (Spec.TaskTemplate.ContainerSpec ?? {}) as {
    Secrets?: { SecretID: string }[];
    Configs?: { ConfigID: string }[];
  };
  return kind === 'secret'
    ? (Secrets ?? []).map(({ SecretID }) => SecretID)
    : (Configs ?? []).map(({ ConfigID }) => ConfigID);
}
