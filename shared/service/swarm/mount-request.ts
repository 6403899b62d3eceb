import { z } from 'zod';
import { readSize } from '../../stack/compose/size.ts';
import { withoutUnset } from '../../stack/convert/without-unset.ts';
import { Labels, plainText } from './names.ts';

/** A mount as the Engine takes it. */
export interface Mount {
  Type: string;
  Source?: string;
  Target: string;
  [option: string]: unknown;
}

const MOST_MOUNTS = 30;
const PROPAGATIONS = ['rprivate', 'private', 'rshared', 'shared', 'rslave', 'slave'] as const;

const path = plainText(4096).regex(/^\/./, 'must be a path from the root, such as /app');

const MountObject = z
  .strictObject({
    type: z.enum(['volume', 'bind', 'tmpfs']).default('volume'),
    source: plainText(4096).min(1).optional().describe('Name of a volume, or path on the node'),
    target: path.describe('Path in the container'),
    readOnly: z.boolean().default(false),
    propagation: z.enum(PROPAGATIONS).optional().describe('Of a bind'),
    noCopy: z
      .boolean()
      .default(false)
      .describe('Of a volume: what the image has there is not copied into it'),
    labels: Labels.optional().describe('Of a volume'),
    driver: plainText(256).min(1).optional().describe('Of a volume'),
    driverOptions: Labels.optional().describe('Of a volume'),
    sizeBytes: z.int().min(1).optional().describe('Of a tmpfs'),
    mode: z
      .string()
      .regex(/^[0-7]{3,4}$/, 'must be octal, such as "1777"')
      .optional()
      .describe('Of a tmpfs, octal'),
  })
  .superRefine((mount, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (mount.type === 'bind' && !mount.source?.startsWith('/')) {
      refuse('source', 'must be a path from the root of the node: it is a bind');
    }
    if (mount.type === 'tmpfs' && mount.source !== undefined)
      refuse('source', 'must be left out: a tmpfs has none');
    if (mount.type === 'volume' && mount.source?.includes('/')) {
      refuse('source', 'must be a volume’s name; for a path on the node the type is bind');
    }
    for (const [option, type] of Object.entries(OWN_OPTIONS)) {
      if (mount[option as keyof typeof mount] && mount.type !== type) {
        refuse(option, `must be left out: it is of a ${type}, and this is a ${mount.type}`);
      }
    }
  });

/** Options that only one type has. */
const OWN_OPTIONS = {
  propagation: 'bind',
  noCopy: 'volume',
  labels: 'volume',
  driver: 'volume',
  driverOptions: 'volume',
  sizeBytes: 'tmpfs',
  mode: 'tmpfs',
};

/** The docker command's own keys. */
const KEYS: Record<string, string> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  destination: 'target',
  dst: 'target',
  readonly: 'readOnly',
  ro: 'readOnly',
  'bind-propagation': 'propagation',
  'volume-nocopy': 'noCopy',
  'volume-driver': 'driver',
  'tmpfs-mode': 'mode',
};
const PAIRED: Record<string, string> = { 'volume-label': 'labels', 'volume-opt': 'driverOptions' };

/** `type=volume,src=teste,dst=/app`, as `docker service create --mount` takes it. */
const MountText = z
  .string()
  .max(8192)
  .transform((text, context) => {
    const fields: Record<string, unknown> = {};
    for (const part of text.split(',')) {
      const [key = '', value] = splitOnce(part);
      const problem = readField(fields, key.trim().toLowerCase(), value);
      if (problem === undefined) continue;
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
    return fields;
  })
  .pipe(MountObject);

/** @returns what is wrong with it. */
function readField(
  fields: Record<string, unknown>,
  key: string,
  value: string | undefined,
): string | undefined {
  const name = KEYS[key];
  const paired = PAIRED[key];
  if (paired !== undefined) {
    const [left = '', right = ''] = splitOnce(value ?? '');
    fields[paired] = { ...(fields[paired] as object | undefined), [left]: right };
  } else if (name === 'readOnly' || name === 'noCopy') {
    if (!['true', '1', 'false', '0', undefined].includes(value))
      return `has ${key}, which must be true or false`;
    fields[name] = value !== 'false' && value !== '0';
  } else if (key === 'tmpfs-size') {
    fields.sizeBytes = readSize(value ?? '');
    if (fields.sizeBytes === undefined) return 'has tmpfs-size, which must be a size such as 64M';
  } else if (name !== undefined) {
    fields[name] = value ?? '';
  } else if (key !== 'consistency') {
    return `has "${key.slice(0, 40)}", which is not known; it must be such as type=volume,src=teste,dst=/app`;
  }
  return undefined;
}

function splitOnce(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const MountRequest = z
  .union([MountText, MountObject])
  .transform((mount): Mount => {
    const { type, source, target, readOnly, propagation, noCopy, labels, driver, driverOptions } = mount;
    const volume = withoutUnset({
      NoCopy: noCopy || undefined,
      Labels: labels,
      DriverConfig:
        driver === undefined && driverOptions === undefined
          ? undefined
          : withoutUnset({ Name: driver, Options: driverOptions }),
    });
    const tmpfs = withoutUnset({
      SizeBytes: mount.sizeBytes,
      Mode: mount.mode === undefined ? undefined : Number.parseInt(mount.mode, 8),
    });
    return withoutUnset({
      Type: type,
      Source: source,
      Target: target,
      ReadOnly: readOnly || undefined,
      BindOptions: propagation && { Propagation: propagation },
      VolumeOptions: unlessEmpty(volume),
      TmpfsOptions: unlessEmpty(tmpfs),
    });
  })
  .describe('"type=volume,src=teste,dst=/app", or {type, source, target, readOnly …}');

export const Mounts = z
  .array(MountRequest)
  .max(MOST_MOUNTS)
  .superRefine((mounts, context) => {
    const seen = new Set<string>();
    // One that was refused is none, and is here all the same.
    for (const [index, { Target }] of mounts.entries()) {
      if (Target !== undefined && seen.has(Target)) {
        const message = `mounts ${Target.slice(0, 60)} a second time`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
      seen.add(Target);
    }
  });

function unlessEmpty<T extends object>(options: T): T | undefined {
  return Object.keys(options).length === 0 ? undefined : options;
}
