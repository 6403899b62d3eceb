import { readFileSync } from 'node:fs';
import type { Catalogue } from '../shared/lab/template.ts';

/** The catalogue as scripts/bundle.ts wrote it beside the bundle, checked there: a cold start reads no YAML. */
interface PackedCatalogue {
  templates: [string, unknown][];
  stacks: [string, unknown][];
}

export const PACKED_CATALOGUE = 'catalogue.json';

export function packCatalogue({ templates, stacks }: Catalogue): string {
  const packed: PackedCatalogue = { templates: [...templates], stacks: [...stacks] };
  return `${JSON.stringify(packed)}\n`;
}

/** @param file beside the bundle's entry. */
export function readPackedCatalogue(file: URL): Catalogue {
  const { templates, stacks } = JSON.parse(readFileSync(file, 'utf8')) as PackedCatalogue;
  return { templates: new Map(templates), stacks: new Map(stacks) } as Catalogue;
}
