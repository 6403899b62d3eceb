import type { Deps } from '../../shared/ports/deps.ts';
import type { Engine, EngineAccess } from '../../shared/ports/engine.ts';

/** A port call and the moment around it at which the process dies: `driver.create:before`. */
export type KillPoint =
  `${'driver' | 'engine' | 'labs' | 'secrets' | 'requests'}.${string}:${'before' | 'after'}`;

/** The deps with one call replaced by SIGKILL, before it is made or once it has had its effect. */
export function killAt(deps: Deps, point: KillPoint): Deps {
  const [port = '', rest = ''] = point.split('.');
  const [method = '', moment = ''] = rest.split(':');
  if (port === 'engine') return { ...deps, engines: deadlyEngines(deps.engines, method, moment) };
  const target = deps[port as keyof Deps] as object;
  if (!(method in target)) throw new Error(`no such call to be killed at: ${point}`);
  return { ...deps, [port]: deadly(target, method, moment) };
}

function deadlyEngines(engines: EngineAccess, method: string, moment: string): EngineAccess {
  return {
    of: async (labId, machine) => deadly(await engines.of(labId, machine), method, moment) as Engine,
    forget: (labId) => engines.forget(labId),
  };
}

function deadly<Target extends object>(target: Target, method: string, moment: string): Target {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(object, property);
      if (typeof value !== 'function') return value;
      if (property !== method) return value.bind(object);
      return async (...options: unknown[]) => {
        if (moment === 'after') await value.apply(object, options);
        process.kill(process.pid, 'SIGKILL');
        // The signal is on its way; nothing after this call may happen.
        return new Promise(() => undefined);
      };
    },
  });
}
