import type { ComposeFile } from '../compose/compose-file.ts';
import { givenName, isExternal } from '../compose/external.ts';
import type { ServiceMount } from '../compose/mounts.ts';
import type { ComposeVolume } from '../compose/volumes.ts';
import { labelled, scoped } from './stack-names.ts';
import { unlessZero, withoutUnset } from './without-unset.ts';

/** A service's mount as the Engine keeps it, which is without `consistency`. Volumes are made by the tasks that first need them, on their node. */
export function mountOf(stack: string, mount: ServiceMount, file: ComposeFile): Record<string, unknown> {
  const { type, source, target, bind, tmpfs } = mount;
  const common = withoutUnset({
    Type: type,
    Source: source || undefined,
    Target: unlessZero(target),
    ReadOnly: mount.read_only || undefined,
  });
  if (type === 'bind' || type === 'npipe') {
    return withoutUnset({
      ...common,
      BindOptions: bind && withoutUnset({ Propagation: unlessZero(bind.propagation) }),
    });
  }
  if (type === 'tmpfs') {
    return withoutUnset({
      ...common,
      TmpfsOptions: tmpfs && withoutUnset({ SizeBytes: unlessZero(tmpfs.size) }),
    });
  }
  // An anonymous volume belongs to its task alone.
  if (!source) return common;
  return { ...common, ...volumeMount(stack, source, file.volumes[source], mount.volume?.nocopy) };
}

function volumeMount(
  stack: string,
  source: string,
  volume: ComposeVolume | undefined,
  nocopy: boolean | undefined,
): Record<string, unknown> {
  const NoCopy = nocopy || undefined;
  const name = volume && givenName(volume);
  if (isExternal(volume)) {
    return {
      Source: name ?? source,
      VolumeOptions: withoutUnset({ NoCopy }),
    };
  }
  const driven = volume?.driver || volume?.driver_opts;
  return {
    Source: name ?? scoped(stack, source),
    VolumeOptions: withoutUnset({
      NoCopy,
      Labels: labelled(stack, volume?.labels),
      DriverConfig: driven
        ? withoutUnset({ Name: volume?.driver || undefined, Options: volume?.driver_opts })
        : undefined,
    }),
  };
}
