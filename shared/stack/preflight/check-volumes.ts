import { placementOf } from '../cause-words.ts';
import { isExternal } from '../compose/external.ts';
import { nodesFor } from './check-placement.ts';
import { type Finding, findingAt } from './finding.ts';
import { type PreflightInput, plannedServices } from './preflight-input.ts';

/** A volume is one node's own: a task that goes to another node finds an empty one there. */
export function checkVolumes(input: PreflightInput): Finding[] {
  const { read } = input;
  return plannedServices(input).flatMap(({ name, service, spec }) => {
    const { constraints } = placementOf({ Spec: spec });
    const nodes = nodesFor(input, constraints);
    // On each node its own is what a global service means.
    if (nodes === undefined || nodes < 2 || spec.Mode.Global || spec.Mode.Replicated?.Replicas === 0)
      return [];
    return (service.volumes ?? []).flatMap(({ type, source, read_only }, index): Finding[] => {
      const volume = read.file.volumes[source ?? ''];
      if (type !== 'volume' || !source || read_only || isShared(volume)) return [];
      const message = `the volume ${source} is on one node only: if a task of ${name} starts on another of the ${nodes} that take it, it finds it empty; pin the service, with deploy.placement.constraints: [node.hostname == …]`;
      return [
        findingAt(read, ['services', name, 'volumes', index], {
          level: 'warning',
          code: 'volume_not_pinned',
          message,
        }),
      ];
    });
  });
}

/** Another driver, or the local one mounting NFS: the same on all nodes, as far as one can tell. */
function isShared(volume: PreflightInput['read']['file']['volumes'][string] | undefined): boolean {
  if (volume === undefined || isExternal(volume)) return false;
  const { driver = '', driver_opts = {} } = volume;
  return (driver !== '' && driver !== 'local') || ['nfs', 'nfs4', 'cifs'].includes(driver_opts.type ?? '');
}
