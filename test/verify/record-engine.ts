import type { Engine, NetworkSpec, ServiceSpec, SwarmFileSpec } from '../../shared/ports/engine.ts';

/** What was made on an engine, as it was asked for. */
export interface Asked {
  services: ServiceSpec[];
  networks: NetworkSpec[];
  configs: SwarmFileSpec[];
  secrets: SwarmFileSpec[];
}

/**
 * An engine that remembers what is written to it. An update of a secret or config is not told: that is how ours asks a
 * swarm whether it still has the same content.
 */
export function recordEngine(engine: Engine): { engine: Engine; writes: string[]; asked: Asked } {
  const writes: string[] = [];
  const asked: Asked = { services: [], networks: [], configs: [], secrets: [] };
  const lists: Record<string, unknown[]> = {
    createService: asked.services,
    createNetwork: asked.networks,
    createConfig: asked.configs,
    createSecret: asked.secrets,
  };
  const recorded = new Proxy(engine, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const method = member.bind(target) as (...given: unknown[]) => unknown;
      if (!/^(create|update|remove|rollback)/.test(String(name))) return method;
      return (...given: unknown[]) => {
        lists[String(name)]?.push(given[0]);
        if (!/^update(Secret|Config)$/.test(String(name))) writes.push(wordsOf(String(name), given));
        return method(...given);
      };
    },
  });
  return { engine: recorded, writes, asked };
}

function wordsOf(name: string, given: unknown[]): string {
  const spec = given.find((each): each is { Name: string } => typeof each === 'object' && each !== null);
  return `${name} ${spec?.Name ?? String(given[0])}`;
}
