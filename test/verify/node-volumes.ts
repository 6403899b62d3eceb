import { z } from 'zod';
import type { EngineHttp } from '../../shared/adapters/engine/engine-http.ts';
import { isSlipwayError } from '../../shared/core/errors.ts';

/** An image with nothing in it: containers of it are made and never started. */
const IMAGE = 'slipway-verify:empty';
/** Two blocks of zeros end a tar, and this one begins with them. */
const EMPTY_TAR = new Uint8Array(1024);

export async function prepareVolumes(http: EngineHttp): Promise<void> {
  const [repo, tag] = IMAGE.split(':');
  await http.stream({
    method: 'POST',
    path: '/images/create',
    query: { fromSrc: '-', repo, tag },
    body: EMPTY_TAR,
    schema: z.unknown(),
    onMessage: () => {},
  });
}

const Mounted = z.looseObject({
  Spec: z.looseObject({
    TaskTemplate: z.looseObject({
      ContainerSpec: z.looseObject({
        Mounts: z.array(z.looseObject({ Type: z.string(), Source: z.string().optional() })).optional(),
      }),
    }),
  }),
});
const Created = z.looseObject({ Id: z.string() });
const Volume = z.looseObject({ Name: z.string() });

/**
 * The volumes that a node makes for services' mounts. Only tasks make them, and no task runs here: so a container is
 * made of the mounts, as the node's agent makes one, looked at and removed with its volumes.
 */
export async function nodeVolumes(
  http: EngineHttp,
  services: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const mounts = Object.values(services)
    .flatMap((service) => Mounted.parse(service).Spec.TaskTemplate.ContainerSpec.Mounts ?? [])
    .filter(({ Type, Source }) => Type === 'volume' && Source)
    .map((mount, index) => ({ ...mount, Target: `/${index}` }));
  if (mounts.length === 0) return {};
  const names = [...new Set(mounts.map(({ Source }) => Source ?? ''))];
  const container = await http
    .call({
      method: 'POST',
      path: '/containers/create',
      body: { Image: IMAGE, Cmd: ['never'], NetworkDisabled: true, HostConfig: { Mounts: mounts } },
      schema: Created,
    })
    .catch((error: unknown) => {
      if (isSlipwayError(error, 'engine_refused')) return String(error.facts.reason);
      throw error;
    });
  if (typeof container === 'string') return { '(refused by the node)': container };
  try {
    const volumes = await Promise.all(
      names.map((name) => http.call({ path: `/volumes/${encodeURIComponent(name)}`, schema: Volume })),
    );
    return Object.fromEntries(volumes.map((volume) => [volume.Name, volume]));
  } finally {
    const remove = (path: string) =>
      http.call({ method: 'DELETE', path, query: { force: true }, schema: z.unknown() });
    await remove(`/containers/${container.Id}`);
    await Promise.all(names.map((name) => remove(`/volumes/${encodeURIComponent(name)}`).catch(() => {})));
  }
}
