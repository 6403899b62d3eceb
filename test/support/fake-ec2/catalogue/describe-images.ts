import type { Action } from '../action.ts';
import { type FilterTable, matcher, readFilters } from '../filters.ts';
import { findAll } from '../find-by-id.ts';
import { cutPage, readPage } from '../pages.ts';
import { tagSet } from '../tags.ts';
import type { XmlFields } from '../wire/xml.ts';
import type { Image } from './images.ts';

const FILTERS: FilterTable<Image> = {
  architecture: ({ architecture }) => architecture,
  'image-id': ({ id }) => id,
  'image-type': () => 'machine',
  'is-public': ({ ownerAlias }) => ownerAlias !== undefined,
  name: ({ name }) => name,
  'owner-alias': ({ ownerAlias }) => ownerAlias,
  'owner-id': ({ ownerId }) => ownerId,
  'root-device-type': () => 'ebs',
  state: () => 'available',
  'virtualization-type': () => 'hvm',
};

export const describeImages: Action = (form) => {
  const ids = form.list('ImageId');
  const owners = form.list('Owner');
  form.boolean('IncludeDeprecated');
  const matches = matcher(readFilters(form), FILTERS);
  const page = readPage(form, { least: 1 });
  return (account) => {
    const named =
      ids.length > 0 ? findAll('image', ids, (id) => account.images.get(id)) : account.images.values();
    const isOwned = ({ ownerId, ownerAlias }: Image) =>
      owners.length === 0 ||
      owners.some((owner) =>
        owner === 'self' ? ownerId === account.id : owner === ownerId || owner === ownerAlias,
      );
    const { items, rest } = cutPage(
      [...named].filter((image) => isOwned(image) && matches(image)),
      page,
    );
    return { imagesSet: items.map(imageXml), ...rest };
  };
};

function imageXml(image: Image): XmlFields {
  return {
    imageId: image.id,
    imageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
    imageState: 'available',
    imageOwnerId: image.ownerId,
    imageOwnerAlias: image.ownerAlias,
    creationDate: '2026-11-01T00:00:00.000Z',
    isPublic: image.ownerAlias !== undefined,
    architecture: image.architecture,
    imageType: 'machine',
    name: image.name,
    rootDeviceType: 'ebs',
    rootDeviceName: image.rootDevice,
    blockDeviceMapping: [
      {
        deviceName: image.rootDevice,
        ebs: {
          snapshotId: image.id.replace('ami-', 'snap-'),
          volumeSize: image.rootGb,
          deleteOnTermination: true,
          volumeType: 'gp3',
          encrypted: false,
        },
      },
    ],
    virtualizationType: 'hvm',
    hypervisor: 'xen',
    enaSupport: true,
    platformDetails: 'Linux/UNIX',
    usageOperation: 'RunInstances',
    imdsSupport: image.tokens === 'required' ? 'v2.0' : undefined,
    tagSet: tagSet(image.tags),
  };
}
