import { z } from 'zod';
import type { Service, SwarmFile } from '../../ports/engine.ts';
import { STACK_LABEL } from '../../stack/convert/stack-names.ts';

/** A secret or config as `docker secret ls` and `inspect` show it: never what is in it. */
export const FileView = z
  .object({
    id: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    stack: z.string().optional(),
    createdAt: z.string(),
    updatedAt: z.string(),
    usedBy: z.array(z.string()).describe('Services whose containers get it'),
  })
  .meta({ id: 'SwarmFile' });
export type FileView = z.output<typeof FileView>;

/** A config may be read. */
export const ConfigDetail = FileView.extend({
  base64: z.string(),
  text: z.string().optional().describe('The same, where it is text in UTF-8'),
}).meta({ id: 'ConfigDetail' });
export type ConfigDetail = z.output<typeof ConfigDetail>;

/** Made of its parts one by one, so that nothing else of it gets out. */
export function viewFile({ ID, Spec, CreatedAt, UpdatedAt }: SwarmFile, services: Service[]): FileView {
  const stack = Spec.Labels[STACK_LABEL];
  return {
    id: ID,
    name: Spec.Name,
    labels: Spec.Labels,
    ...(stack === undefined ? {} : { stack }),
    createdAt: CreatedAt,
    updatedAt: UpdatedAt,
    usedBy: services
      .filter((service) => usesFile(service.Spec, ID))
      .map((service) => service.Spec.Name)
      .sort(),
  };
}

export function viewConfig(file: SwarmFile, services: Service[]): ConfigDetail {
  const base64 = file.Spec.Data ?? '';
  const text = textOf(Buffer.from(base64, 'base64'));
  return { ...viewFile(file, services), base64, ...(text === undefined ? {} : { text }) };
}

/** Does a service's spec refer to a secret or config of that id? */
export function usesFile(spec: Service['Spec'] | undefined, id: string): boolean {
  const { Secrets, Configs } = (spec?.TaskTemplate.ContainerSpec ?? {}) as {
    Secrets?: { SecretID: string }[] | null;
    Configs?: { ConfigID: string }[] | null;
  };
  return (
    (Secrets ?? []).some(({ SecretID }) => SecretID === id) ||
    (Configs ?? []).some(({ ConfigID }) => ConfigID === id)
  );
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
