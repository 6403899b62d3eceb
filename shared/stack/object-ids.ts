import type { ServiceSpec } from '../ports/engine.ts';
import type { KnownFile } from './swarm-files.ts';

/** What a stack's names stand for in the swarm. */
export interface StackIds {
  /** Ids by name. */
  networks: Map<string, string>;
  secrets: Map<string, KnownFile>;
  configs: Map<string, KnownFile>;
}

/** The parts of a container's spec that name secrets and configs. */
interface NamedFiles {
  Secrets?: { SecretName: string }[];
  Configs?: { ConfigName: string }[];
  Privileges?: { CredentialSpec?: { Config?: string } | null };
}

/** A service's spec with ids where it has names: the Engine takes networks by name too, one lookup after the other. */
export function withIds(spec: ServiceSpec, { networks, secrets, configs }: StackIds): ServiceSpec {
  const attached = (spec.TaskTemplate.Networks ?? []) as { Target: string }[];
  const container = spec.TaskTemplate.ContainerSpec as NamedFiles;
  const credentials = container.Privileges?.CredentialSpec;
  const withFiles = {
    ...container,
    ...(container.Secrets
      ? {
          Secrets: container.Secrets.map((secret) => {
            const { id, name } = secrets.get(secret.SecretName) ?? unresolved(secret.SecretName);
            return { ...secret, SecretID: id, SecretName: name };
          }),
        }
      : {}),
    ...(container.Configs
      ? {
          Configs: container.Configs.map((config) => {
            const { id, name } = configs.get(config.ConfigName) ?? unresolved(config.ConfigName);
            return { ...config, ConfigID: id, ConfigName: name };
          }),
        }
      : {}),
    ...(credentials?.Config
      ? {
          Privileges: {
            ...container.Privileges,
            CredentialSpec: {
              ...credentials,
              Config: configs.get(credentials.Config)?.id ?? credentials.Config,
            },
          },
        }
      : {}),
  };
  return {
    ...spec,
    TaskTemplate: {
      ...spec.TaskTemplate,
      ContainerSpec: withFiles,
      Networks: attached.map((network) => ({
        ...network,
        Target: networks.get(network.Target) ?? network.Target,
      })),
    },
  };
}

/** The converter declares what it refers to. */
function unresolved(name: string): never {
  throw new Error(`nothing declares ${name}`);
}
