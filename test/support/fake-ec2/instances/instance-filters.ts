import type { FilterTable } from '../filters.ts';
import type { FakeInstance } from './instance.ts';
import { visiblePublicAddress } from './instance-xml.ts';

/** Filters of DescribeInstances that the fake knows; `tag:` and `tag-key` go without saying. */
export const INSTANCE_FILTERS: FilterTable<FakeInstance> = {
  architecture: ({ image }) => image.architecture,
  'availability-zone': ({ subnet }) => subnet.zone,
  'client-token': ({ clientToken }) => clientToken,
  'image-id': ({ image }) => image.id,
  'instance-id': ({ id }) => id,
  'instance-lifecycle': ({ market }) => (market === 'spot' ? 'spot' : undefined),
  'instance-state-name': ({ state }) => state,
  'instance-type': ({ type }) => type.name,
  'instance.group-id': ({ groups }) => groups.map(({ id }) => id),
  'instance.group-name': ({ groups }) => groups.map(({ name }) => name),
  'ip-address': visiblePublicAddress,
  'network-interface.network-interface-id': (instance) => instance.interface?.id,
  'private-ip-address': (instance) => instance.interface?.privateAddress,
  'reservation-id': ({ reservationId }) => reservationId,
  'root-device-name': ({ image }) => image.rootDevice,
  'spot-instance-request-id': ({ spot }) => spot?.requestId,
  'state-reason-code': ({ stateReason }) => stateReason?.code,
  'subnet-id': (instance) => instance.interface && instance.subnet.id,
  'vpc-id': (instance) => instance.interface && instance.subnet.vpcId,
};
