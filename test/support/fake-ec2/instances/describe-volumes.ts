import type { Account } from '../account.ts';
import type { Action } from '../action.ts';
import type { FilterTable } from '../filters.ts';
import { readSelection } from '../select.ts';
import { tagSet } from '../tags.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { FakeVolume } from './instance.ts';

const FILTERS: FilterTable<FakeVolume> = {
  'attachment.device': ({ attached, device }) => (attached ? device : undefined),
  'attachment.instance-id': ({ attached, instance }) => (attached ? instance.id : undefined),
  'availability-zone': ({ instance }) => instance.subnet.zone,
  encrypted: ({ encrypted }) => encrypted,
  size: ({ sizeGb }) => sizeGb,
  status: ({ attached }) => (attached ? 'in-use' : 'available'),
  'volume-id': ({ id }) => id,
  'volume-type': ({ type }) => type,
};

export const describeVolumes: Action = (form) => {
  const select = readSelection<FakeVolume>(form, {
    kind: 'volume',
    idParameter: 'VolumeId',
    filters: FILTERS,
    store: (account) => account.volumes,
  });
  return (account) => {
    const { items, rest } = select(account);
    return { volumeSet: items.map((volume) => volumeXml(account, volume)), ...rest };
  };
};

function volumeXml(account: Account, volume: FakeVolume): XmlFields {
  const { id, instance, attached } = volume;
  const attachment = {
    volumeId: id,
    instanceId: instance.id,
    device: volume.device,
    status: 'attached',
    attachTime: new Date(volume.createdAt),
    deleteOnTermination: volume.deleteOnTermination,
  };
  return {
    volumeId: id,
    ownerId: account.id,
    size: volume.sizeGb,
    snapshotId: volume.snapshotId ?? '',
    availabilityZone: instance.subnet.zone,
    status: attached ? 'in-use' : 'available',
    createTime: new Date(volume.createdAt),
    attachmentSet: attached ? [attachment] : [],
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    tagSet: tagSet(volume.tags),
    volumeType: volume.type,
    iops: volume.iops,
    throughput: volume.throughput,
    multiAttachEnabled: false,
  };
}
